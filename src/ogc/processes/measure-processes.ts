/** Every measure of the table as a process: each member of its input is an input, its answer the one output. */
import { exampleOf } from '../../measures/measure-examples.js';
import type { Measure } from '../../measures/measure-types.js';
import { runMeasureOn } from '../../measures/run-measure.js';
import { answerSchema } from '../../measures/schemas.js';
import type { Process, ProcessInput } from './process-types.js';

interface Member {
  title?: string;
  description?: string;
}

type Members = Readonly<Record<string, Member>>;

/**
 * None is required: a measure answers "undetermined" and lists what is missing, as at /v1, which a refusal would not say.
 * A member that the kinds of a union know in several shapes may have any of them.
 */
function inputsOf({ input }: Measure): Record<string, ProcessInput> {
  const variants = 'anyOf' in input ? (input.anyOf as { properties: object }[]) : [input];
  const shapes = new Map<string, Member[]>();
  for (const { properties } of variants) {
    for (const [name, member] of Object.entries(properties as Members)) {
      const known = shapes.get(name) ?? [];
      if (!known.some((one) => JSON.stringify(one) === JSON.stringify(member))) known.push(member);
      shapes.set(name, known);
    }
  }
  return Object.fromEntries(
    [...shapes].map(([name, members]) => {
      const { title = name, description = name } = members[0]!;
      const schema = members.length === 1 ? members[0]! : { anyOf: members };
      return [name, { title: { zh: title, en: description }, schema, required: false, readByProcess: true }];
    }),
  );
}

export const measureProcess = (measure: Measure): Process => ({
  id: measure.id,
  title: measure.title,
  description: measure.summary,
  version: '1.0.0',
  inputs: inputsOf(measure),
  outputs: {
    answer: {
      title: { zh: '测算结果', en: 'The answer' },
      schema: answerSchema(measure.id, measure.result),
    },
  },
  get example() {
    return { inputs: exampleOf(measure.id).input };
  },
  async run(parts, inputs, { signal }) {
    return { answer: await runMeasureOn(parts, measure.id, Buffer.from(JSON.stringify(inputs)), signal) };
  },
});
