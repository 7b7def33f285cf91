import { useEffect, useState } from 'preact/hooks';
import type { Ground } from '../../src/shared/colour/head-colours';

/** VS Code marks the body with the kind of its theme; the high-contrast light one has both classes of high contrast. */
const groundNow = (): Ground =>
  document.body.classList.contains('vscode-light') || document.body.classList.contains('vscode-high-contrast-light')
    ? 'light'
    : 'dark';

/** Follows the theme, for colours that are no theme's. */
export function useGround(): Ground {
  const [ground, setGround] = useState(groundNow);
  useEffect(() => {
    const observer = new MutationObserver(() => setGround(groundNow()));
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    return () => observer.disconnect();
  }, []);
  return ground;
}
