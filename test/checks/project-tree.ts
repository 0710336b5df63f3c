// A throw-away project for checks that take a folder.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface CheckResult {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
  readonly skipped?: number;
  readonly note?: string;
}

/** Writes the files, given as path → text, below a new folder and returns it. */
export function makeTree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'tspark-checks-'));
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return root;
}

/** A module of the scripts folder; they are plain JavaScript without types. */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(new URL(`../../scripts/${name}`, import.meta.url).href)) as T;
}
