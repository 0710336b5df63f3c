// Finds, for a value that a module exports, the module and the export, so that workers import it themselves.
// Node's own modules and packages travel so; the user's own files travel by content. Capturing thread.
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { scriptNames } from './script-names.js';

/** A module, and the way from its namespace to a value. */
export interface ModuleExport {
  readonly specifier: string;
  readonly path: readonly string[];
}

interface Entry {
  /** A builtin's name with `node:`, or a file. */
  readonly module: string;
  readonly path: readonly string[];
}

const ownFolder = new URL('../', import.meta.url).href;
const nodeRequire = createRequire(import.meta.url);
const NEVER_EXPORTS = new Set([
  'prototype',
  'constructor',
  'arguments',
  'caller',
  'length',
  'name',
]);
/** Getters that compilers write for exports and that only read a variable: safe to call. */
const EXPORT_GETTER = /^(?:\(\) => [\w$.]+|(?:function ?\(\) ?\{ ?return [\w$.]+;? ?\}))$/;

class ModuleIndex {
  readonly #entries = new WeakMap<object, Entry>();
  readonly #userExports = new WeakSet<object>();
  readonly #seenFiles = new Set<string>();
  readonly #seenUrls = new Set<string>();
  readonly #namespaces: { readonly module: string; readonly namespace: object }[] = [];
  #seenBuiltins = 0;
  #cacheSize = -1;
  /** Whether functions of ES modules were met since the packages that these import were looked for. */
  #areEsModulesDue = false;

  /** Notices modules loaded since the last time. Cheap when there are none. */
  refresh(): void {
    this.#addBuiltins();
    this.#addCommonJs();
  }

  find(value: object): ModuleExport | null {
    const entry = this.#entries.get(value);
    if (entry === undefined) return null;
    return { specifier: toSpecifier(entry.module), path: entry.path };
  }

  /** The same for what a function takes from around it, which ES modules may have imported. */
  findCaptured(value: object): ModuleExport | null {
    // Takes tens of milliseconds the first time, so not for functions that capture nothing.
    if (this.#areEsModulesDue) this.#addEsModules();
    return this.find(value);
  }

  /** Whether the value is `module.exports` of one of the user's own files. */
  isUserExports(value: object): boolean {
    return this.#userExports.has(value);
  }

  /** A function of an ES module was met: packages imported by ES modules are to be known. */
  noteModuleScript(scriptId: string): void {
    if (!scriptNames.isListed(scriptId)) this.#areEsModulesDue = true;
  }

  /** The module whose namespace this is, or null for one of the user's own. */
  findNamespace(namespace: object): ModuleExport | null {
    const found = this.find(namespace) ?? this.#matchNamespace(namespace);
    if (found !== null) return found;
    this.#addEsModules();
    return this.#matchNamespace(namespace);
  }

  #matchNamespace(namespace: object): ModuleExport | null {
    const exports = namespace as Record<string, unknown>;
    // The namespace of a CommonJS or builtin module: all its exports are its default.
    const whole = isReference(exports.default) ? this.#entries.get(exports.default) : undefined;
    if (whole?.path.join() === 'default') return { specifier: toSpecifier(whole.module), path: [] };
    // `require` of an ES module may give a wrapper instead of the namespace itself: compare the exports.
    const same = this.#namespaces.find((known) => haveSameExports(known.namespace, namespace));
    return same === undefined ? null : { specifier: toSpecifier(same.module), path: [] };
  }

  #addBuiltins(): void {
    const list = (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList;
    for (; this.#seenBuiltins < list.length; this.#seenBuiltins++) {
      const [, id] = /^NativeModule (.*)$/.exec(list[this.#seenBuiltins]!) ?? [];
      if (id === undefined || id.startsWith('internal/') || id.startsWith('_') || !isBuiltin(id))
        continue;
      const exports = process.getBuiltinModule(id) as unknown;
      this.#add(`node:${id}`, exports, ['default'], 2);
    }
  }

  #addCommonJs(): void {
    const files = Object.keys(nodeRequire.cache);
    if (files.length === this.#cacheSize) return;
    this.#cacheSize = files.length;
    for (const file of files) {
      if (this.#seenFiles.has(file)) continue;
      const module = nodeRequire.cache[file]!;
      // While a module loads its exports are not complete: look again at the next capture.
      if (module.loaded) this.#seenFiles.add(file);
      else this.#cacheSize = -1;
      if (!isPackage(file)) {
        if (isReference(module.exports)) this.#userExports.add(module.exports);
      } else if (module.loaded) {
        const isNamespace = types.isModuleNamespaceObject(module.exports);
        this.#add(file, module.exports, isNamespace ? [] : ['default'], 1);
      }
    }
  }

  #addEsModules(): void {
    this.#areEsModulesDue = false;
    scriptNames.list();
    for (const url of scriptNames.moduleUrls) {
      if (this.#seenUrls.has(url) || !url.startsWith('file:')) continue;
      this.#seenUrls.add(url);
      const file = fileURLToPath(url);
      if (!isPackage(file) && !url.startsWith(ownFolder)) continue;
      try {
        const namespace = createRequire(url)(file) as object;
        this.#namespaces.push({ module: file, namespace });
        this.#add(file, namespace, [], 1);
      } catch {
        // A module with top-level await, or one still loading: its functions travel by content.
      }
    }
  }

  #add(module: string, exports: unknown, path: readonly string[], depth: number): void {
    if (!isReference(exports)) return;
    if (!this.#entries.has(exports)) this.#entries.set(exports, { module, path });
    if (depth === 0) return;
    for (const key of Reflect.ownKeys(exports)) {
      if (typeof key !== 'string' || NEVER_EXPORTS.has(key)) continue;
      const value = readExport(exports, key);
      if (!isReference(value) || this.#entries.has(value)) continue;
      const isInner = depth > 1 && Object.getPrototypeOf(value) === Object.prototype;
      this.#add(module, value, [...path, key], isInner ? depth - 1 : 0);
    }
  }
}

/** The value of an export, unless a getter of unknown effect would have to run. */
function readExport(exports: object, key: string): unknown {
  if (types.isModuleNamespaceObject(exports)) {
    try {
      return (exports as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  }
  const property = Object.getOwnPropertyDescriptor(exports, key)!;
  if (property.get === undefined) return property.value;
  const text = Function.prototype.toString.call(property.get);
  return EXPORT_GETTER.test(text) ? (exports as Record<string, unknown>)[key] : undefined;
}

function haveSameExports(known: object, other: object): boolean {
  const keys = Object.keys(other);
  if (keys.length === 0) return false;
  return keys.every((key) => {
    try {
      return Object.is(Reflect.get(known, key), Reflect.get(other, key));
    } catch {
      return false;
    }
  });
}

function isPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

function isReference(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function toSpecifier(module: string): string {
  return module.startsWith('node:') ? module : pathToFileURL(module).href;
}

export const moduleIndex = new ModuleIndex();
