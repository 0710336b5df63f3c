// Colours for what the shell prints. chalk is loaded only when something is printed, never before the prompt.

export interface Style {
  /** Whether escapes are written at all; what util.inspect is told. */
  readonly hasColour: boolean;
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const same = (text: string) => text;

export const PLAIN_STYLE: Style = {
  hasColour: false,
  dim: same,
  bold: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
};

export async function loadStyle(hasColour: boolean): Promise<Style> {
  if (!hasColour) return PLAIN_STYLE;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    hasColour: true,
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
    red: (text) => chalk.red(text),
    green: (text) => chalk.green(text),
    yellow: (text) => chalk.yellow(text),
    cyan: (text) => chalk.cyan(text),
  };
}
