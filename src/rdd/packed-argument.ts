// Values that users give to operations and tasks copy, such as zero values: packed at the call. Driver only.
import { UsageError } from '../errors.js';
import { pack } from '../plan/builtins/packed.js';
import { describeValue } from '../values/describe.js';

/** The value as an argument of a builtin. */
export function packed(value: unknown, what: string): string {
  try {
    return pack(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      'RDD-109',
      `Cannot copy ${what}, ${describeValue(value)}, for each task: ${why} Use plain data.`,
      {
        cause: error,
      },
    );
  }
}
