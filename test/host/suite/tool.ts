import assert from 'node:assert/strict';
import { LanguageModelTextPart, lm } from 'vscode';
import { inWorkspace } from '../support/lens';

interface Answer {
  readonly model: { readonly name: string };
  readonly prompts: readonly {
    readonly text: string;
    readonly probability: number;
    readonly words: readonly { readonly word: string; readonly share: number }[];
    readonly strongestPatches: readonly { readonly box: { readonly width: number } }[];
    readonly relevance?: readonly (readonly number[])[];
  }[];
  readonly notes: readonly string[];
}

async function invoked(input: object): Promise<Answer> {
  const { content } = await lm.invokeTool('attentionLens_explainImage', { input, toolInvocationToken: undefined });
  const [part] = content;
  assert.ok(part instanceof LanguageModelTextPart);
  return JSON.parse(part.value) as Answer;
}

/** The language-model tool, as an assistant calls it. */
export function tool(): void {
  it('is offered with its schema', () => {
    const found = lm.tools.find(({ name }) => name === 'attentionLens_explainImage');
    assert.ok(found);
    assert.match(found.description, /drawings and emoji, not photographs/);
    assert.deepEqual((found.inputSchema as { required: string[] }).required, ['image', 'prompts']);
  });

  it('answers with few, named numbers', async () => {
    const { model, prompts, notes } = await invoked({ image: 'space.png', prompts: ['a rocket in space', 'a cow'] });
    assert.equal(model.name, 'emoji-clip');
    assert.deepEqual(prompts.map(({ text }) => text), ['a rocket in space', 'a cow']); // prettier-ignore
    assert.ok(prompts[0]!.probability > 0.99);
    assert.deepEqual(prompts[0]!.words.map(({ word }) => word), ['a', 'rocket', 'in', 'space']); // prettier-ignore
    assert.equal(prompts[0]!.strongestPatches.length, 5);
    assert.ok(prompts[0]!.strongestPatches.every(({ box }) => box.width > 0));
    assert.equal(prompts[0]!.relevance, undefined);
    assert.ok(notes.length >= 2);
  });

  it('takes paths and URIs, a method, layers and the grid', async () => {
    const { fsPath } = inWorkspace('meadow.jpg');
    const options = { method: 'signed', layers: 'last', grid: true };
    const byPath = await invoked({ image: fsPath, prompts: ['a dog'], ...options });
    const byUri = await invoked({ image: inWorkspace('meadow.jpg').toString(), prompts: ['a dog'], ...options });
    assert.deepEqual(byPath.prompts, byUri.prompts);
    assert.equal(byPath.prompts[0]!.relevance!.length, 8);
  });

  it('refuses with a sentence that one can act on', async () => {
    for (const [input, sentence] of [
      [{ image: 'none.png', prompts: ['a cow'] }, /no such file/],
      [{ image: 'space.png', prompts: [] }, /"prompts"/],
      [{ image: 'https://example.org/x.png', prompts: ['a cow'] }, /cannot be read/],
      [{ image: 'space.png', prompts: ['a cow'], layers: '9-1' }, /backwards/],
    ] as const)
      await assert.rejects(invoked(input), sentence);
  });
}
