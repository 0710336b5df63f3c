// Compiles the SIMD kernels (src/kernels/assembly) to WebAssembly beside the build of the room that loads them.
// `node scripts/build-kernels.mjs [folder]`; the folder is dist if none is given.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = path.join(ROOT, 'src/kernels/assembly');

const OPTIONS = [
  'kernels.ts',
  '--outFile=kernels.wasm',
  '-O3',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd,threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=16',
  '--maximumMemory=65536',
  '--memoryBase=1024',
];

/** Compiles into `<build>/kernels/kernels.wasm`. Throws with the compiler's messages. */
export async function buildKernels(build = path.join(ROOT, 'dist')) {
  // Imported late: setup.mjs loads this file before the packages are installed.
  const { default: asc } = await import('assemblyscript/asc');
  const target = path.join(build, 'kernels');
  mkdirSync(target, { recursive: true });
  const { error, stderr } = await asc.main(OPTIONS, {
    // The sources end in .as, because TypeScript must not compile them; the compiler asks for .ts.
    readFile: (name) => readSource(name.replace(/\.ts$/, '.as')),
    writeFile: (name, contents) => writeFile(path.join(target, name), contents),
  });
  if (error) throw new Error(`the kernels could not be compiled:\n${stderr.toString()}`);
}

function readSource(name) {
  const file = path.join(SOURCES, path.basename(name));
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : null;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildKernels(process.argv[2] && path.resolve(process.argv[2]));
}
