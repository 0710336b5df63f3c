// The kernels: AssemblyScript (TypeScript's syntax, WebAssembly's types), compiled by scripts/build-kernels.mjs.
// Each works on memory that the caller has laid out (kernels/arena.ts) and may read, never write, up to 64 bytes
// past the end of what it was given. Columns are arrays of u32 addresses (starts, ends), f64 values or u8 flags.
export * from './lines';
export * from './fields';
export * from './tests';
export * from './numbers';
export * from './columns';
export * from './dictionary';
export * from './partitions';
export * from './sorting';
export * from './pages';
export * from './composed';
