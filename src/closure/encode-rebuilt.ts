// Built-in objects with hidden state that can be made again from what they tell (URL, Intl, TextDecoder),
// or that every thread has. Capturing thread.
import type { NativeNode, RebuiltNode } from './graph.js';

type Rebuild = (value: never) => readonly unknown[];

const INTL_CLASSES = [
  'Collator',
  'DateTimeFormat',
  'DisplayNames',
  'ListFormat',
  'NumberFormat',
  'PluralRules',
  'RelativeTimeFormat',
  'Segmenter',
] as const;

const PLAIN: readonly (readonly [name: string, rebuild: Rebuild])[] = [
  ['URL', (url: URL) => [url.href]],
  ['URLSearchParams', (params: URLSearchParams) => [params.toString()]],
  ['TextEncoder', () => []],
  [
    'TextDecoder',
    (decoder: InstanceType<typeof TextDecoder>) => [
      decoder.encoding,
      { fatal: decoder.fatal, ignoreBOM: decoder.ignoreBOM },
    ],
  ],
];

/** Objects that globals give lazily, so that the index of natives does not hold them. */
const LAZY_GLOBALS: Readonly<Record<string, readonly string[]>> = {
  Performance: ['performance'],
  Crypto: ['crypto'],
  SubtleCrypto: ['crypto', 'subtle'],
  Navigator: ['navigator'],
};

/** The global that the object is, or null. */
export function encodeLazyGlobal(value: object): NativeNode | null {
  const path = LAZY_GLOBALS[value.constructor?.name];
  if (path === undefined) return null;
  const global = path.reduce<unknown>(
    (holder, name) => (holder as Record<string, unknown> | undefined)?.[name],
    globalThis,
  );
  return global === value ? { kind: 'native', path, slot: 'value' } : null;
}

/** How to make the object again, or null if it is of no such kind. */
export function encodeRebuilt(value: object): (RebuiltNode & Record<string, unknown>) | null {
  const proto = Object.getPrototypeOf(value) as object | null;
  if (proto === null || proto === Object.prototype) return null;
  for (const [name, rebuild] of PLAIN) {
    const make = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name];
    if (make?.prototype === proto)
      return { kind: 'rebuilt', path: [name], args: rebuild(value as never) };
  }
  for (const name of INTL_CLASSES) {
    if (Intl[name].prototype !== proto) continue;
    const { locale, ...options } = (value as Intl.NumberFormat).resolvedOptions();
    return { kind: 'rebuilt', path: ['Intl', name], args: [locale, intlOptions(name, options)] };
  }
  return null;
}

/** resolvedOptions tells more than the constructors accept together. */
function intlOptions(name: string, resolved: object): object {
  const options: Record<string, unknown> = { ...resolved };
  if (name === 'PluralRules') delete options.pluralCategories;
  if (name === 'DateTimeFormat' && (options.dateStyle ?? options.timeStyle) !== undefined) {
    const { dateStyle, timeStyle, calendar, numberingSystem, timeZone, hourCycle } = options;
    return { dateStyle, timeStyle, calendar, numberingSystem, timeZone, hourCycle };
  }
  return options;
}
