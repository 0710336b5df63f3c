// A task's memory whose figures are given by the test, and a folder for its files.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpillFolder } from '#dist/plan/spill/spill-folder.js';
import { TaskMemory } from '#dist/plan/spill/task-memory.js';

export const LIMIT = 1000;
export const MOST_HELD = 10_000;

export class FakeTask {
  readonly path = mkdtempSync(join(tmpdir(), 'tspark-spill-'));
  readonly folder = new SpillFolder(join(this.path, 'task-1'));
  usedBytes = 0;
  /** What a collection frees. */
  garbageBytes = 0;
  collections = 0;
  readonly told: number[] = [];
  readonly allocate = (size: number) => new SharedArrayBuffer(size);
  readonly memory = new TaskMemory({
    limitBytes: LIMIT,
    mostHeldBytes: MOST_HELD,
    garbageBytes: 0,
    meter: {
      used: () => this.usedBytes,
      collect: () => {
        this.collections++;
        this.usedBytes -= this.garbageBytes;
        this.garbageBytes = 0;
      },
      tell: (bytes) => this.told.push(bytes),
    },
  });

  /** Looks at a heap of this size, as the loops of a task do. */
  lookAt(usedBytes: number): void {
    this.usedBytes = usedBytes;
    for (let i = 0; i < 4; i++) this.memory.look();
  }

  files(): string[] {
    return readdirSync(this.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.block'),
    );
  }

  close(): void {
    rmSync(this.path, { recursive: true });
  }
}
