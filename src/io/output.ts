// The life of an output folder, as Hadoop's FileOutputCommitter has it. Runs on the driver: prepare,
// then tasks write and commit their parts (task-writer.ts), then commit, or abort if the job failed.
import { UsageError } from '../errors.js';
import type { FileSystem } from './file-system.js';
import { type FileSystemRegistry, fileSystems } from './file-systems.js';

/** Below the output folder while the job runs; its presence says that the folder is ours and unfinished. */
export const TEMPORARY = '_temporary';
const SUCCESS = '_SUCCESS';

/** Makes the output folder and the folders above it. A folder or file that is there is left alone. */
export function prepareOutput(path: string, registry: FileSystemRegistry = fileSystems): void {
  const { fileSystem, folder } = locate(path, registry);
  if (fileSystem.stat(folder) !== null || !fileSystem.mkdirs(folder)) {
    throw new UsageError(
      'IO-107',
      `Output directory ${path} already exists. Nothing was written; choose another folder, or remove that one first.`,
      { details: { path: folder } },
    );
  }
  fileSystem.mkdirs(`${folder}/${TEMPORARY}`);
}

/** Ends a job that succeeded: the parts are there, `_SUCCESS` says so. */
export function commitOutput(path: string, registry: FileSystemRegistry = fileSystems): void {
  const { fileSystem, folder } = locate(path, registry);
  fileSystem.remove(`${folder}/${TEMPORARY}`);
  fileSystem.openWrite(`${folder}/${SUCCESS}`).close();
}

/** Ends a job that failed: removes the folder that `prepareOutput` made, and no other. */
export function abortOutput(path: string, registry: FileSystemRegistry = fileSystems): void {
  const { fileSystem, folder } = locate(path, registry);
  if (fileSystem.stat(`${folder}/${TEMPORARY}`) !== null) fileSystem.remove(folder);
}

function locate(
  path: string,
  registry: FileSystemRegistry,
): { fileSystem: FileSystem; folder: string } {
  if (path.trim() === '') {
    throw new UsageError('IO-106', 'The output path is empty. Give the path of a new folder.');
  }
  const fileSystem = registry.for(path);
  return { fileSystem, folder: fileSystem.resolve(path) };
}
