// Tells in microseconds whether all of the language is as it was. Asked for its descriptor, each property takes several
// times as long: V8 keeps a way to each only where each stands in the text of a function.

/** A property of the language as it was. */
export interface Original {
  readonly owner: object;
  readonly key: PropertyKey;
  readonly name: string;
  readonly descriptor: PropertyDescriptor;
  /** Of a global that is read by a function, as `process` is; else undefined. */
  readonly value: unknown;
}

type Check = () => boolean;

// User code may have replaced it by the time it is needed.
const MakeFunction = Function;

/**
 * Whether all properties with a value read as they did: one function for each owner, as V8 does not optimise what is
 * longer. Nothing is called that user code could have replaced.
 */
export function makeChecks(originals: readonly Original[]): Check[] {
  const given: unknown[] = [];
  const give = (value: unknown): string => `a${given.push(value) - 1}`;
  const texts = [...byOwner(originals)].map(([owner, values]) => {
    const object = give(owner);
    const tests = values.map(({ key, descriptor }) => {
      const name = typeof key === 'symbol' ? give(key) : JSON.stringify(key);
      return `${object}[${name}] === ${give(descriptor.value)}`;
    });
    return `() => ${tests.join(' && ')}`;
  });
  const names = given.map((_, i) => `a${i}`).join(', ');
  const text = `const [${names}] = given; return [${texts.join(',\n')}];`;
  return new MakeFunction('given', text)(given) as Check[];
}

function byOwner(originals: readonly Original[]): Map<object, Original[]> {
  const owners = new Map<object, Original[]>();
  for (const original of originals) {
    if (!('value' in original.descriptor)) continue;
    const ofOwner = owners.get(original.owner);
    if (ofOwner === undefined) owners.set(original.owner, [original]);
    else ofOwner.push(original);
  }
  return owners;
}

/** What is read by a function now that had a value may also throw. */
export function allHold(checks: readonly Check[]): boolean {
  try {
    for (let i = 0; i < checks.length; i++) if (!checks[i]!()) return false;
    return true;
  } catch {
    return false;
  }
}
