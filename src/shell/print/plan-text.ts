// Draws the stages of an RDD: operations from the result down to its sources, a branch at every shuffle. Pure.
import path from 'node:path';
import type { PlanInput, PlanNode, PlanStage } from '../../scheduler/plan-description.js';
import { counted } from '../grouped.js';
import type { Style } from '../style.js';
import { keptText } from '../kept-text.js';
import { labelOf } from '../place-label.js';
import { cutText, textWidth } from '../text-width.js';

export function planText(plan: PlanStage, style: Style, columns: number): string {
  const drawing = new Drawing(style, columns);
  drawing.stage(plan, '', '  ', 'result');
  return drawing.lines.join('\n');
}

class Drawing {
  readonly lines: string[] = [];
  readonly #style: Style;
  readonly #columns: number;
  readonly #drawn = new Set<PlanStage>();

  constructor(style: Style, columns: number) {
    this.#style = style;
    this.#columns = columns;
  }

  /** `lead` goes before the stage's own line, `gutter` before those of its operations. */
  stage(stage: PlanStage, lead: string, gutter: string, role: string): void {
    const { number, taskCount, path: way } = stage;
    const head = this.#style.bold(`stage ${number}`);
    if (this.#drawn.has(stage)) {
      this.lines.push(`${lead}${this.#style.yellow(role)} from ${head} (above)`);
      return;
    }
    this.#drawn.add(stage);
    const isResult = role === 'result';
    const start = isResult ? `${head} · ${role}` : `${this.#style.yellow(role)} from ${head}`;
    this.lines.push(
      `${lead}${start} · ${counted(taskCount, 'task')} · ${this.#style.green(way.text)}`,
    );
    if (way.stoppedBy !== null) {
      const why = `bytes stop at: ${way.stoppedBy}`;
      this.lines.push(gutter + this.#style.dim(this.#cut(why, gutter)));
    }
    this.#node(stage.output, gutter, gutter);
  }

  #node(first: PlanNode, firstLead: string, gutter: string): void {
    let lead = firstLead;
    for (let node = first; ; lead = gutter) {
      this.lines.push(this.#nodeLine(node, lead));
      const [only] = node.inputs;
      if (node.inputs.length !== 1 || only?.kind !== 'node') {
        this.#branches(node.inputs, gutter);
        return;
      }
      node = only.node;
    }
  }

  #branches(inputs: readonly PlanInput[], gutter: string): void {
    for (const [index, input] of inputs.entries()) {
      const isLast = index === inputs.length - 1;
      const lead = `${gutter}${isLast ? '└─ ' : '├─ '}`;
      const next = `${gutter}${isLast ? '   ' : '│  '}`;
      if (input.kind === 'shuffle') this.stage(input.stage, lead, next, `shuffle ${input.how}`);
      else this.#node(input.node, lead, next);
    }
  }

  #nodeLine(node: PlanNode, lead: string): string {
    const style = this.#style;
    const { operation, detail, site, name, isCheckpoint } = node;
    const notes = [
      ...(name === null ? [] : [`named ${name}`]),
      ...keptNotes(node),
      ...(isCheckpoint ? ['checkpoint'] : []),
    ].map((note) => ` · ${note}`);
    const where = site === null ? '' : `  ${labelOf(path.basename(site.file))}:${site.line}`;
    const taken = textWidth(`${lead}${operation} ${notes.join('')}${where}`);
    const room = Math.max(this.#columns - 1 - taken, 12);
    const what = detail === '' ? '' : ` ${cutText(detail, room)}`;
    return `${lead}${style.cyan(operation)}${what}${style.yellow(notes.join(''))}${style.dim(where)}`;
  }

  #cut(text: string, gutter: string): string {
    return cutText(text, Math.max(this.#columns - 1 - textWidth(gutter), 12));
  }
}

/** Where partitions are kept, and how many of them are there where it is not all. */
function keptNotes({ kept, keptPartitions, partitions }: PlanNode): string[] {
  if (kept === null) return [];
  const missing =
    keptPartitions === partitions ? '' : ` (${keptPartitions} of ${partitions} there)`;
  return [`kept ${keptText(kept)}${missing}`];
}
