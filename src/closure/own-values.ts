// Values of the library itself that user functions may use: they travel by name, never by content.
// Loaded by the main thread and by every worker; both must register the same names.
import {
  CancelledError,
  ClosureError,
  InternalError,
  LostDataError,
  TaskError,
  TsparkError,
  UsageError,
} from '../errors.js';

const valueByName = new Map<string, object>();
const nameByValue = new Map<object, string>();

/** Makes a class, function or object of the library known under a name. Registering it again is harmless. */
export function registerOwnValue(name: string, value: object): void {
  valueByName.set(name, value);
  nameByValue.set(value, name);
}

export function ownValueName(value: object): string | undefined {
  return nameByValue.get(value);
}

export function ownValue(name: string): object | undefined {
  return valueByName.get(name);
}

for (const errorClass of [
  TsparkError,
  UsageError,
  ClosureError,
  TaskError,
  LostDataError,
  CancelledError,
  InternalError,
]) {
  registerOwnValue(errorClass.name, errorClass);
}
