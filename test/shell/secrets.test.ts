import { describe, expect, it } from 'vitest';
import { holdsSecret } from '#dist/shell/editor/secrets.js';

describe('holdsSecret', () => {
  it.each([
    "const password = 'hunter2'",
    'let dbPassword: string = "hunter2"',
    "login({ user: 'me', passwd: `hunter2` })",
    "const options = { 'api-key': 'abc' }",
    "process.env.API_KEY = 'abc'",
    "headers.set('Authorization', 'x1')",
    "setPassword('hunter2')",
    "const AWS_SECRET_ACCESS_KEY = 'x'",
    "db.auth_token ??= 'abc'",
    '.set tspark.password hunter2',
    "sc.setLocalProperty('fs.s3a.secret.key', 'abc')",
    "connect('https://me:hunter2@example.org/x')",
    "connect('host=db;password=hunter2')",
    "fetch(u, { headers: { auth: 'Bearer abcdefgh12345678' } })",
    'const k = `-----BEGIN RSA PRIVATE KEY-----\nMIIE`',
    "const a = 'AKIAIOSFODNN7EXAMPLE'",
    "const g = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'",
    "const j = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig-nature'",
  ])('leaves out %s', (cell) => {
    expect(holdsSecret(cell)).toBe(true);
  });

  it.each([
    "const tokens = line.split(' ')",
    "lines.map(l => tokenize(l, ' '))",
    "rdd.filter(l => l.includes('password'))",
    'const key = pair[0]',
    'const keys = rdd.keys(); keys.take(5)',
    "sc.textFile('https://example.org:8080/a.csv')",
    'rdd.map(w => [w, 1]).reduceByKey((a, b) => a + b)',
    "const passenger = 'Ann'",
    '.plan passwords.filter(p => p.length > 8)',
    "ssc.socketTextStream('localhost', 9999)",
    "const author = 'Ann'",
  ])('keeps %s', (cell) => {
    expect(holdsSecret(cell)).toBe(false);
  });
});
