// A part of an output folder: its temporary name until the task commits, and what its writers offer.
// Runs in workers, synchronously. The folder itself is the driver's (output.ts).
import { endingOfCodec, requireWritable } from './codec.js';
import { CompressedWriteHandle } from './compressed-write-handle.js';
import type { FileSystem, WriteHandle } from './file-system.js';
import { fileSystems } from './file-systems.js';
import type { OutputFormat } from './output-format.js';
import { TEMPORARY } from './output.js';
import type { Codec } from './split.js';

export interface TaskWriterOptions {
  /** The output folder, as the user wrote it. */
  readonly path: string;
  readonly partition: number;
  /** Tells attempts of the same partition apart; each has a temporary file of its own. */
  readonly attempt: number;
  readonly format: OutputFormat;
  readonly codec: Codec;
  /** What the file's name begins with; `part-` if it is left out. */
  readonly prefix?: string;
  /** Records per page of an object file; as many as make a page of some 64 KiB if it is left out. */
  readonly batchSize?: number;
}

/** Writes the records of one partition. End it with `commit` or `abort`. */
export interface TaskWriter {
  write(record: unknown): void;
  /** Finishes the file and gives it its final name, `part-00000` and so on. */
  commit(): void;
  /** Removes what was written. */
  abort(): void;
  /** Bytes handed to the file so far, before compression. */
  readonly bytesWritten: number;
  readonly recordsWritten: number;
}

/** A part file from its temporary to its final name. */
export class PartFile {
  readonly #fileSystem: FileSystem;
  readonly #attemptFolder: string;
  readonly #temporary: string;
  readonly #final: string;
  readonly #handle: WriteHandle;

  constructor({ path, partition, attempt, prefix }: TaskWriterOptions, codec: Codec) {
    const compression = requireWritable(codec);
    this.#fileSystem = fileSystems.for(path);
    const folder = this.#fileSystem.resolve(path);
    const number = String(partition).padStart(5, '0');
    const name = `${prefix ?? 'part-'}${number}${endingOfCodec(codec)}`;
    this.#attemptFolder = `${folder}/${TEMPORARY}/attempt-${number}-${attempt}`;
    this.#temporary = `${this.#attemptFolder}/${name}`;
    this.#final = `${folder}/${name}`;
    this.#fileSystem.mkdirs(this.#attemptFolder);
    const plain = this.#fileSystem.openWrite(this.#temporary);
    this.#handle = compression === 'none' ? plain : new CompressedWriteHandle(plain, compression);
  }

  write(bytes: Uint8Array, length = bytes.length): void {
    this.#handle.write(bytes, 0, length);
  }

  commit(): void {
    this.#handle.close();
    this.#fileSystem.rename(this.#temporary, this.#final);
    this.#fileSystem.remove(this.#attemptFolder);
  }

  abort(): void {
    try {
      this.#handle.close();
    } finally {
      this.#fileSystem.remove(this.#attemptFolder);
    }
  }
}
