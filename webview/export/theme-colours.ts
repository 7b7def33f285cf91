/** The theme's colours as values, for files that have no theme: `ground` is behind everything. */
export interface ThemeColours {
  readonly ground: string;
  readonly text: string;
  readonly quiet: string;
  readonly accent: string;
  readonly line: string;
}

export function themeColours(): ThemeColours {
  const style = getComputedStyle(document.documentElement);
  const first = (fallback: string, ...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? fallback;
  return {
    ground: first('#ffffff', 'editor-background'),
    text: first('#000000', 'foreground'),
    quiet: first('#666666', 'descriptionForeground', 'foreground'),
    accent: first('#0078d4', 'progressBar-background', 'focusBorder'),
    line: first('#888888', 'panel-border', 'contrastBorder'),
  };
}
