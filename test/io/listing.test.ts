import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listInputFiles } from '#dist/io/listing.js';
import { fixtures, makeFolder } from './folders.js';

function names(paths: string): string[] {
  return listInputFiles(paths).map((file) => path.relative(fixtures, file.path));
}

describe('the files of an input path', () => {
  it('are the file itself, with its size', () => {
    const [file, ...others] = listInputFiles(`${fixtures}/words.txt`);
    expect(file).toMatchObject({ path: `${fixtures}/words.txt`, sizeBytes: 52 });
    expect(file!.modifiedMs).toBe(fs.statSync(`${fixtures}/words.txt`).mtimeMs);
    expect(others).toEqual([]);
  });

  it('are the files of a folder by name, without hidden ones', () => {
    expect(names(`${fixtures}/dir`)).toEqual(['dir/a.txt', 'dir/b.txt', 'dir/c.log']);
    expect(names(`${fixtures}/dir/`)).toEqual(['dir/a.txt', 'dir/b.txt', 'dir/c.log']);
  });

  it('are what a pattern matches, sorted, and the files of the folders it matches', () => {
    expect(names(`${fixtures}/dir/*.txt`)).toEqual(['dir/a.txt', 'dir/b.txt']);
    expect(names(`${fixtures}/dir/[!a].*`)).toEqual(['dir/b.txt', 'dir/c.log']);
    expect(names(`${fixtures}/years/*/part-*`)).toEqual([
      'years/2023/part-00000',
      'years/2024/part-00000',
      'years/2025/part-00000',
    ]);
    expect(names(`${fixtures}/years/{2025,2023}`)).toEqual([
      'years/2023/part-00000',
      'years/2025/part-00000',
    ]);
    expect(names(`${fixtures}/{years/2024,dir/a.txt,dir/none}`)).toEqual([
      'dir/a.txt',
      'years/2024/part-00000',
    ]);
    expect(names(`${fixtures}/nested/*`)).toEqual(['nested/sub/deep.txt', 'nested/top.txt']);
  });

  it('come in the order of a comma list, as often as they are named', () => {
    expect(names(`${fixtures}/hello.txt,${fixtures}/dir/b.txt,${fixtures}/hello.txt`)).toEqual([
      'hello.txt',
      'dir/b.txt',
      'hello.txt',
    ]);
  });

  it('may have spaces, commas and pattern characters in their names', () => {
    const folder = makeFolder();
    for (const name of ['a,b.txt', 'c[1].txt']) fs.writeFileSync(`${folder}/${name}`, 'x');
    expect(names(`${fixtures}/name with space.txt`)).toEqual(['name with space.txt']);
    expect(listInputFiles(`${folder}/a\\,b.txt`)).toHaveLength(1);
    expect(listInputFiles(`${folder}/c\\[1\\].txt`)).toHaveLength(1);
  });

  it('may be given as a file URL, whose percent signs mean themselves', () => {
    expect(names(`file://${fixtures}/dir/a.txt`)).toEqual(['dir/a.txt']);
    expect(names(`file:${fixtures}/name with space.txt`)).toEqual(['name with space.txt']);
    expect(() => names(`file:${fixtures}/name%20with%20space.txt`)).toThrow(
      /IO-101.*did you mean 'file:.*name with space\.txt'/s,
    );
  });

  it('may be relative to the current folder', () => {
    const relative = path.relative(process.cwd(), `${fixtures}/dir/*.log`);
    expect(names(relative)).toEqual(['dir/c.log']);
  });

  it('leave out links to nowhere and follow the others', () => {
    const folder = makeFolder();
    fs.symlinkSync(`${folder}/nowhere`, `${folder}/broken`);
    fs.symlinkSync(`${fixtures}/words.txt`, `${folder}/words`);
    expect(listInputFiles(folder).map((file) => [file.path, file.sizeBytes])).toEqual([
      [`${folder}/words`, 52],
    ]);
  });

  it('are none for an empty folder', () => {
    expect(listInputFiles(makeFolder())).toEqual([]);
  });
});

describe('an input path that cannot be listed', () => {
  it('is named as it was written, with the nearest name', () => {
    expect(() => listInputFiles(`${fixtures}/helo.txt`)).toThrow(
      `[IO-101] Input path does not exist: ${fixtures}/helo.txt\nDid you mean '${fixtures}/hello.txt'?`,
    );
    expect(() => listInputFiles(`${fixtures}/dri/a.txt`)).toThrow(`'${fixtures}/dir/a.txt'?`);
    expect(() => listInputFiles('helo.txt')).toThrow(
      `Input path does not exist: helo.txt\nIt was looked for as '${process.cwd()}/helo.txt'.`,
    );
  });

  it('may be below a file', () => {
    expect(() => listInputFiles(`${fixtures}/hello.txt/x`)).toThrow(
      `'${fixtures}/hello.txt' is a file, not a folder.`,
    );
  });

  it('is listed with all others of its list that are missing', () => {
    expect(() => listInputFiles(`/no/a,${fixtures}/hello.txt,/no/b`)).toThrow(
      /does not exist: \/no\/a\n.*does not exist: \/no\/b/s,
    );
  });

  it('may be a slip: a space after a comma, a tilde, a hidden name, an empty part', () => {
    expect(() => listInputFiles(`${fixtures}/dir/a.txt, ${fixtures}/dir/b.txt`)).toThrow(
      `did you mean '${fixtures}/dir/b.txt'?`,
    );
    expect(() => listInputFiles('~/data.txt')).toThrow("'~' is not expanded here");
    expect(() => listInputFiles(`${fixtures}/dir/_ignored.txt`)).toThrow(
      /IO-101.*begin with _ or \. are hidden/s,
    );
    expect(() => listInputFiles('')).toThrow(/IO-106.*The input path is empty/);
    expect(() => listInputFiles('a,,b')).toThrow(/IO-106.*'a,,b' holds an empty path/);
  });

  it('is a pattern without match', () => {
    expect(() => listInputFiles(`${fixtures}/*.nothing`)).toThrow(
      `[IO-102] Input Pattern ${fixtures}/*.nothing matches 0 files.`,
    );
    expect(() => listInputFiles(`${fixtures}/dir/_*`)).toThrow(/matches 0 files/);
  });

  it('is a pattern that is also the name of a file, and how to name that is said', () => {
    const folder = makeFolder();
    fs.writeFileSync(`${folder}/c[1].txt`, 'x');
    expect(() => listInputFiles(`${folder}/c[1].txt`)).toThrow(/IO-102.*c\\\[1\\\]\.txt/s);
  });

  it('is a folder that holds a folder, unless whole files are read', () => {
    expect(() => listInputFiles(`${fixtures}/nested`)).toThrow(
      /IO-103.*holds the folder '.*nested\/sub'.*'.*nested\/\*'/s,
    );
    const whole = listInputFiles(`${fixtures}/nested`, { kind: 'whole-text' });
    expect(whole.map((file) => path.basename(file.path))).toEqual(['top.txt']);
  });

  it('is a pipe or a device', () => {
    const folder = makeFolder();
    spawnSync('mkfifo', [`${folder}/pipe`]);
    expect(() => listInputFiles(folder)).toThrow(/IO-103.*pipe'.*not a regular file/);
    expect(() => listInputFiles('/dev/null')).toThrow(/IO-103.*'\/dev\/null'/);
  });

  it('is compressed in a form that is not known, if it is to be read as text', () => {
    const folder = makeFolder();
    fs.writeFileSync(`${folder}/a.zst`, 'x');
    expect(() => listInputFiles(folder)).toThrow(/IO-109.*a\.zst/);
    expect(listInputFiles(folder, { kind: 'binary-files' })).toHaveLength(1);
  });

  it('has a scheme that nothing serves', () => {
    expect(() => listInputFiles('s3://bucket/key')).toThrow(
      /IO-105.*'s3:\/\/bucket\/key'.*scheme "s3"/,
    );
  });

  it('is a folder without read permission', () => {
    const folder = makeFolder();
    fs.chmodSync(folder, 0o755);
    fs.mkdirSync(`${folder}/secret`, { mode: 0o000 });
    expect(listAsNobody(`${folder}/secret`)).toMatch(
      /IO-104\] Cannot list '.*\/secret': permission denied/,
    );
    expect(listAsNobody(`${folder}/secret/file`)).toMatch(/IO-104\].*permission denied/);
    fs.chmodSync(`${folder}/secret`, 0o700);
  });
});

/** Lists in a process of its own, since permissions do not bind the superuser. */
function listAsNobody(target: string): string {
  const dist = path.resolve(process.env.TSPARK_DIST ?? 'dist');
  const program = `import('${dist}/io/listing.js').then(({ listInputFiles }) => {
    try { console.log(listInputFiles(${JSON.stringify(target)})); } catch (e) { console.log(e.message); }
  })`;
  const isRoot = process.getuid?.() === 0;
  const options = isRoot ? { uid: 65534, gid: 65534, cwd: '/' } : {};
  return spawnSync(process.execPath, ['-e', program], { ...options, encoding: 'utf8' }).stdout;
}
