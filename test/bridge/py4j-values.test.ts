import { expect, test } from 'vitest';
import {
  decodeAnswer,
  encodeArgument,
  escapeText,
  JavaLong,
  unescapeText,
} from '#dist/bridge/py4j/values.js';

test('arguments carry the letter of their Java type', () => {
  expect(encodeArgument(null)).toBe('n\n');
  expect(encodeArgument(true)).toBe('bTrue\n');
  expect(encodeArgument(7)).toBe('i7\n');
  expect(encodeArgument(2_147_483_648)).toBe('L2147483648\n');
  expect(encodeArgument(1.5)).toBe('d1.5\n');
  expect(encodeArgument(9_007_199_254_740_993n)).toBe('L9007199254740993\n');
  expect(encodeArgument(new JavaLong(7))).toBe('L7\n');
  expect(encodeArgument('a')).toBe('sa\n');
  expect(encodeArgument({ javaId: 'o3' })).toBe('ro3\n');
  expect(encodeArgument(new Uint8Array([1, 2, 255]))).toBe('jAQL/\n');
});

test('texts keep line ends and backslashes', () => {
  const text = 'a\nb\r\nc\\n é 😀';
  expect(escapeText(text)).toBe('a\\nb\\r\\nc\\\\n é 😀');
  expect(unescapeText(escapeText(text))).toBe(text);
});

test('answers are values, objects, exceptions or failures', () => {
  expect(decodeAnswer('yv')).toEqual({ kind: 'value', value: null });
  expect(decodeAnswer('ybtrue')).toEqual({ kind: 'value', value: true });
  expect(decodeAnswer('yL9007199254740993')).toEqual({ kind: 'value', value: 9007199254740993n });
  expect(decodeAnswer('yL12')).toEqual({ kind: 'value', value: 12 });
  expect(decodeAnswer('ydNaN')).toEqual({ kind: 'value', value: Number.NaN });
  expect(decodeAnswer('yslines\\n')).toEqual({ kind: 'value', value: 'lines\n' });
  expect(decodeAnswer('yro12')).toEqual({ kind: 'object', id: 'o12' });
  expect(decodeAnswer('xro13')).toEqual({ kind: 'exception', id: 'o13' });
  expect(decodeAnswer('xsno such method')).toEqual({ kind: 'failure', text: 'no such method' });
});
