import { useApp } from '../../state/use-app';
import { AllPrompts } from './all-prompts';
import { Compared } from './compared';
import { Numbers } from './numbers';
import { OverlayControls } from './overlay-controls';
import { Single } from './single';

/** The photo, large, with the target's heat on it; two of them where images are compared, or one small one for each prompt. */
export function Picture() {
  const images = useApp(({ panel }) => panel?.images);
  const image = useApp(({ view }) => view?.image ?? 0);
  const all = useApp(({ view }) => view?.overlay.all ?? false);
  if (!images?.[image]) return null;
  const two = images.length > 1;
  return (
    <section class={two ? 'picture two' : 'picture'} aria-labelledby="picture-heading">
      <h2 id="picture-heading" class="spoken">
        Picture
      </h2>
      {all ? (
        <AllPrompts image={images[image]} index={image} />
      ) : two ? (
        <Compared images={images} />
      ) : (
        <Single image={images[0]!} index={0} />
      )}
      <OverlayControls />
      <Numbers image={images[image]} index={image} />
    </section>
  );
}
