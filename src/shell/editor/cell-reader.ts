// What the prompt loop needs of whoever reads cells: the line editor at a terminal, or the plain reader.

export type CellInput =
  | {
      readonly kind: 'cell';
      readonly text: string;
      /** True where several lines came as one paste: then it is a program, never a command. */
      readonly wasPasted: boolean;
    }
  | { readonly kind: 'end' };

export interface CellReader {
  /** The next cell, or with `unfinished` the same one edited on. */
  read(unfinished?: string): Promise<CellInput>;
  /** Ctrl-C came as a signal while no cell runs: what is typed is dropped. */
  drop?(): void;
  /** Leaves raw mode while `false`: then Ctrl-C is a signal. */
  setRaw(isRaw: boolean): void;
  close(): void;
}
