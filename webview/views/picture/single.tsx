import { useState } from 'preact/hooks';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { quoted } from '../../../src/shared/quoted';
import { useApp, useController } from '../../state/use-app';
import { Button } from '../../ui/controls';
import { Legend } from './legend';
import { PatchGrid } from './patch-grid';
import { useShownMap, type Asked } from './shown';
import { useOverlaySvg } from './use-overlay-svg';

/** One image with the target's heat, what the colours mean, and, where a patch was asked, whose attention it is. */
export function Single({ image, index }: { readonly image: PanelImage; readonly index: number }) {
  const shown = useShownMap(index, image);
  const opacity = useApp(({ view }) => view!.overlay.opacity);
  const [outside, setOutside] = useState(false);
  const { grid } = image.explained;
  useOverlaySvg(image, index === 0 ? 'picture' : 'second picture', shown);
  return (
    <>
      <PatchGrid
        image={image}
        index={index}
        shown={shown}
        label={`${capital(shown.title)} on ${quoted(image.name)}, ${grid[0]} × ${grid[1]} patches`}
        onOutside={setOutside}
      />
      <Legend shown={shown} columns={grid[1]} outside={outside} opacity={opacity} />
      {shown.asked && <AskedNote asked={shown.asked} title={shown.title} />}
    </>
  );
}

/** Says plainly that the picture is no longer the method's, and leads back. */
function AskedNote({ asked, title }: { readonly asked: Asked; readonly title: string }) {
  const controller = useController();
  const { state } = asked;
  return (
    <p class="asked-note" role="status">
      <span>
        {state === 'here'
          ? `${capital(title)}; the same for every prompt`
          : state === 'loading'
            ? `Fetching where ${asked.name} attends in layer ${asked.layer} …`
            : `Where ${asked.name} attends could not be fetched: ${state.failed}`}
      </span>
      {typeof state === 'object' && (
        <Button label="Fetch it again" onPress={() => controller.retryFetch('heads', state.key)}>
          Try again
        </Button>
      )}
      <Button label="Back to the map of the prompt (Escape)" onPress={() => controller.look({ query: null })}>
        Back
      </Button>
    </p>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
