// Fills the heap that the shell's language process starts from: run by `node --build-snapshot` (see
// build-language-snapshot.mjs). Node gives such a script its built-in modules alone, so the language service is loaded
// by a small loader of our own, warmed up by what a session asks for first, and left for the process to go on with.
'use strict';

const fs = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const v8 = require('node:v8');
const vm = require('node:vm');

const { Collator } = Intl;
const ROOT = path.dirname(__dirname);
const LANGUAGE = path.join(ROOT, 'dist/shell/language');
const TYPESCRIPT = path.join(ROOT, 'node_modules/typescript/lib/typescript.js');
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/** A snapshot cannot hold a collator, and the compiler keeps one: it is made where it is used, once the process runs. */
Intl.Collator = class {
  constructor(...options) {
    let collator;
    this.compare = (a, b) => {
      if (v8.startupSnapshot.isBuildingSnapshot()) return a < b ? -1 : a > b ? 1 : 0;
      collator ??= new Collator(...options);
      return collator.compare(a, b);
    };
  }
};

const modules = new Map();

function load(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const module = { id: file, filename: file, exports: {}, loaded: false, children: [], paths: [] };
  modules.set(file, module);
  const text = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.json')) module.exports = JSON.parse(text);
  else {
    const code = file.startsWith(path.join(ROOT, 'dist')) ? asCommonJs(text, file) : text;
    const run = vm.compileFunction(code, PARAMETERS, { filename: file });
    module.require = requireFrom(file);
    run.call(module.exports, module.exports, module.require, module, file, path.dirname(file));
  }
  module.loaded = true;
  return module.exports;
}

/** A `require` for a module at `file` that loads packages into this heap. */
function requireFrom(file) {
  const nodes = nodeModule.createRequire(file);
  const require = (specifier) => {
    if (specifier === 'module' || specifier === 'node:module') return OWN_MODULE;
    if (nodeModule.isBuiltin(specifier)) return builtin(specifier);
    return load(nodes.resolve(specifier));
  };
  require.resolve = nodes.resolve;
  require.cache = {};
  require.extensions = nodes.extensions;
  return require;
}

function builtin(specifier) {
  // ts-node loads it for a prompt of its own; it cannot be loaded while a snapshot is made.
  return specifier === 'repl' ? {} : process.getBuiltinModule(specifier);
}

/** `createRequire` is how ES modules ask for packages that are not ES modules. */
const OWN_MODULE = Object.assign(Object.create(nodeModule), { createRequire: requireFrom });

/** The build is ES modules, which a snapshot cannot hold. */
function asCommonJs(text, file) {
  const ts = load(TYPESCRIPT);
  const url = JSON.stringify(pathToFileURL(file).href);
  const { outputText } = ts.transpileModule(text.replaceAll('import.meta.url', url), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  return outputText;
}

const { serve, rehearse } = load(path.join(LANGUAGE, 'service-process.js'));
rehearse();
v8.startupSnapshot.setDeserializeMainFunction(serve);
