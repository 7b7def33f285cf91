import { duration } from '../../../src/shared/format';
import { quoted } from '../../../src/shared/quoted';
import type { TextItem } from '../../../src/shared/text/panel-protocol';
import { FrameHeader } from '../../views/frame-header';
import { shownItems } from '../state/text-selectors';
import { useText, useTextController } from '../state/use-text';
import { Ask } from './asks/ask';
import { textExports } from './text-exports';

/** Of texts: each where it can be written in, its place, tokens and target; the model and the time. */
export function TextHeader() {
  const controller = useTextController();
  const items = useText(shownItems);
  // Both are what `controller.asked` follows.
  useText((state) => state.asked);
  useText((state) => state.panel?.request);
  const { asked } = controller;
  const compared = asked.length > 1;
  return (
    <FrameHeader
      className="text-header"
      shown={items.length > 0}
      facts={items.length > 0 && facts(items)}
      exports={() => textExports(controller)}
    >
      <h1 class="spoken">{asked[0] ? `Explanation of ${quoted(asked[0].text)}` : 'Attention Lens'}</h1>
      <div class={compared ? 'asks beside' : 'asks'}>
        {asked.map((ask, i) => (
          <Ask key={i} index={i} ask={ask} item={items[i]} compared={compared} />
        ))}
      </div>
    </FrameHeader>
  );
}

function facts(items: readonly TextItem[]) {
  const ms = items.reduce((sum, { explained }) => sum + explained.timings.total, 0);
  const { model } = items[0]!.explained;
  return (
    <>
      {items.length === 1 && (
        <bdi class="header-model" title={model.path}>
          {model.name}
        </bdi>
      )}
      {items.length === 1 && '· '}
      {duration(ms)}
    </>
  );
}
