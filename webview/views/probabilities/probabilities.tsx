import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { promptLine } from '../../../src/shared/prompts/parse';
import { probabilitySentences } from '../../../src/shared/wording';
import { quoted } from '../../../src/shared/quoted';
import type { AppState } from '../../state/app-state';
import { useApp, useController } from '../../state/use-app';
import type { SortOrder } from '../../state/view';
import { Checkbox } from '../../ui/controls';
import { useSvgView } from '../../export/svg-views';
import { edited, targetWithout } from './edits';
import { nextSort, orderedPrompts } from './order';
import { probabilitiesSvg } from './probabilities-svg';
import { PromptField } from './prompt-field';
import { PromptRow, type Row, type Writing } from './prompt-row';
import { SortHeading } from './sort-heading';
import { useDraft } from './use-draft';

const noImages: readonly PanelImage[] = [];
const noConcepts: readonly string[] = [];
const imagesOf = (state: AppState) => state.panel?.images ?? noImages;
const conceptsOf = (state: AppState) => state.panel?.concepts ?? noConcepts;

/** What is being written: in a row's place, or below the table. The order of the rows waits meanwhile. */
interface Edited {
  readonly place: number;
  readonly text: string;
  /** Problems are said when somebody tries to go on, and from then on while they type. */
  readonly told: boolean;
  readonly base: readonly string[];
  readonly order: readonly number[];
}

/** The prompts, what the model answers, and the target that every other view speaks of. */
export function Probabilities() {
  const images = useApp(imagesOf);
  const concepts = useApp(conceptsOf);
  const asked = useApp((state) => state.asked);
  const shown = useApp((state) => state.view?.image ?? 0);
  const target = useApp((state) => state.view?.prompt ?? 0);
  const sort = useApp((state) => state.view?.sort ?? null);
  const live = useApp((state) => state.view?.live ?? false);
  const controller = useController();
  const draft = useDraft();
  const frame = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<Edited | null>(null);
  const [adding, setAdding] = useState<Edited | null>(null);
  const refocus = useRef<{ readonly place: number } | null>(null);
  /** A field that is taken away loses the focus; that is no leaving of it. */
  const left = useRef(false);
  const explained = images[shown]?.explained;
  const prompts = asked?.prompts ?? explained?.prompts.map(({ text }) => text) ?? [];
  useSvgView(
    'probabilities',
    images.length > 0 ? () => probabilitiesSvg(images, orderedPrompts(images[shown]!.explained, sort)) : null,
  );

  // What was wanted before this render: an effect that is still due when a row is removed must not take the row that goes for the one that comes.
  const waiting = refocus.current;
  useEffect(() => {
    if (waiting === null || waiting !== refocus.current) return;
    const place = Math.min(prompts.length - 1, waiting.place);
    const radio = frame.current?.querySelector<HTMLInputElement>(`input[data-place="${place}"]`);
    if (!radio) return;
    // A row that is not explained yet cannot be chosen; the focus waits for it.
    if (radio.disabled) return;
    refocus.current = null;
    radio.focus();
  });

  // An answer may bring another target while the focus is on a row: the focus goes along, or Delete would remove what is not chosen.
  useEffect(() => {
    const focused = frame.current?.querySelector<HTMLInputElement>('input[data-prompt]:focus');
    if (focused && focused.dataset['prompt'] !== `${target}`)
      frame.current?.querySelector<HTMLInputElement>(`input[data-prompt="${target}"]`)?.focus();
  }, [target, explained]);

  if (!explained) return null;
  const { model } = explained;
  const rows = rowsOf(images, prompts, asked !== null);
  const order = (editing ?? adding)?.order ?? placesInOrder(rows, orderedPrompts(explained, sort));
  const inOrder = [
    ...order.filter((place) => place < rows.length),
    ...rows.map(({ place }) => place).filter((place) => !order.includes(place)),
  ];

  const begin = (place: number, text: string): Edited => {
    draft.begin();
    return { place, text, told: false, base: prompts, order };
  };
  const typed = (edit: Edited, text: string): void => {
    const result =
      text.trim() === '' && edit.place === edit.base.length ? edit.base : edited(edit.base, edit.place, text);
    if ('kind' in result) draft.type(result.kind === 'prompts' ? result.prompts : null, edit.place);
    else draft.type(result, controller.store.get().view!.prompt);
  };
  const problemOf = ({ base, place, text, told }: Edited): string | null => {
    const result = edited(base, place, text);
    return told && result.kind === 'problem' && !(place === base.length && text.trim() === '') ? result.message : null;
  };
  /** What can be said is said; what cannot stays in the field, with its sentence. @returns whether it is done */
  const commit = (edit: Edited, set: (edit: Edited | null) => void): boolean => {
    const result = edited(edit.base, edit.place, edit.text);
    if (result.kind === 'problem') {
      set({ ...edit, told: true });
      return false;
    }
    set(null);
    draft.commit(result.prompts, edit.place);
    return true;
  };

  const edit = (row: Row): void => {
    left.current = false;
    setEditing(begin(row.place, promptLine([row.text])));
  };
  const remove = ({ place }: Row): void => {
    if (prompts.length === 1) return;
    refocus.current = { place };
    const all = prompts.filter((_, i) => i !== place);
    const at = asked === null ? target : prompts.indexOf(explained.prompts[target]?.text ?? '');
    draft.commit(all, at < 0 ? null : targetWithout(at, place, prompts.length));
  };
  const writing = (now: Edited): Writing => ({
    text: now.text,
    problem: problemOf(now),
    onText: (text) => {
      setEditing({ ...now, text });
      typed(now, text);
    },
    onCommit: () => {
      left.current = commit(now, setEditing);
      if (left.current) refocus.current = { place: now.place };
    },
    onUndo: () => {
      left.current = true;
      setEditing(null);
      draft.undo();
      refocus.current = { place: now.place };
    },
    onLeave: () => {
      if (left.current) return;
      // Elsewhere was clicked: what can be said is said, the rest is as it was.
      const result = edited(now.base, now.place, now.text);
      setEditing(null);
      if (result.kind === 'prompts') draft.commit(result.prompts, now.place);
      else draft.undo();
    },
  });

  const compared = images.length > 1;
  const sortBy = (by: NonNullable<SortOrder>['by'], image: number): void =>
    controller.look({ image, sort: nextSort(image === shown ? sort : null, by) });
  return (
    <section class="probabilities" aria-label="Prompts">
      <div class="prompts-frame" ref={frame} data-target-rows>
        <table class={compared ? 'prompts two-images' : 'prompts'}>
          <caption class="spoken">Prompts; the chosen one is the target that the whole panel speaks of</caption>
          <thead>
            <tr>
              <SortHeading by="prompt" sort={sort} onSort={() => sortBy('prompt', shown)}>
                prompt
              </SortHeading>
              {!compared && (
                <SortHeading by="logit" className="number logit" sort={sort} onSort={() => sortBy('logit', shown)}>
                  logit
                </SortHeading>
              )}
              {images.map(({ uri, name }, i) => (
                <SortHeading
                  key={uri}
                  by="probability"
                  className={i === shown && compared ? 'probability chosen-image' : 'probability'}
                  sort={i === shown ? sort : null}
                  name={compared ? `probability in ${quoted(name)}` : undefined}
                  mark={model.logitScale?.assumed ? <Assumed /> : null}
                  onSort={() => sortBy('probability', i)}
                >
                  {compared ? <bdi>{name}</bdi> : 'probability'}
                </SortHeading>
              ))}
              <td class="prompt-tools" />
            </tr>
          </thead>
          <tbody>
            {inOrder.map((place) => {
              const row = rows[place]!;
              return (
                <PromptRow
                  key={place}
                  row={row}
                  chosen={row.prompt === target}
                  only={rows.length === 1}
                  concepts={concepts}
                  writing={editing?.place === place ? writing(editing) : null}
                  onChoose={() => row.prompt !== null && controller.look({ prompt: row.prompt })}
                  onEdit={() => edit(row)}
                  onRemove={() => remove(row)}
                />
              );
            })}
          </tbody>
        </table>
      </div>
      <div class="prompts-below">
        <PromptField
          label="Add a prompt"
          placeholder="+ add a prompt"
          text={adding?.text ?? ''}
          problem={adding ? problemOf(adding) : null}
          concepts={concepts}
          onText={(text) => {
            const now = { ...(adding ?? begin(prompts.length, '')), text };
            setAdding(now);
            typed(now, text);
          }}
          onCommit={() => {
            if (adding && adding.text.trim() !== '') commit(adding, setAdding);
          }}
          onUndo={() => {
            setAdding(null);
            draft.undo();
          }}
          onLeave={() => {
            if (!adding) return;
            if (adding.text.trim() !== '') return void commit(adding, setAdding);
            setAdding(null);
            draft.undo();
          }}
        />
        <Checkbox label="live" checked={live} onChange={(live) => controller.look({ live })} />
      </div>
      <p class="small quiet">{probabilitySentences[model.probabilities]}</p>
    </section>
  );
}

const Assumed = () => (
  <span class="quiet" title="Computed with an assumed scale; see the notes">
    †
  </span>
);

/** The rows of what was asked for, with the numbers of what is explained. */
function rowsOf(images: readonly PanelImage[], prompts: readonly string[], pending: boolean): readonly Row[] {
  const known = images[0]?.explained.prompts ?? [];
  return prompts.map((text, place) => {
    const prompt = pending ? known.findIndex((one) => one.text === text) : place;
    const answers = images.map(({ explained }) => explained.prompts[prompt] ?? null);
    return { text, place, prompt: prompt < 0 ? null : prompt, answers };
  });
}

/** Explained prompts in the table's order; what is not explained comes last. */
const placesInOrder = (rows: readonly Row[], prompts: readonly number[]): readonly number[] => [
  ...prompts.flatMap((prompt) => rows.find((row) => row.prompt === prompt)?.place ?? []),
  ...rows.filter(({ prompt }) => prompt === null).map(({ place }) => place),
];
