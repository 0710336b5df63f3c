// The one local property of Spark that carries what tasks have to know of their job in tspark.

const JOB = 'tspark.job';

export interface JobOfTask {
  readonly id: number;
  /** Local properties as the user set them. */
  readonly properties: Readonly<Record<string, string>>;
}

export function jobProperty(job: JobOfTask): readonly [key: string, value: string] {
  return [JOB, JSON.stringify(job)];
}

export function jobOf(localProperties: Readonly<Record<string, string>>): JobOfTask {
  const text = localProperties[JOB];
  return text === undefined ? { id: -1, properties: {} } : (JSON.parse(text) as JobOfTask);
}
