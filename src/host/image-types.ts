/** Extensions of the images that can be explained; package.json's `when` clauses name the same ones. */
export const imageExtensions = [
  'png',
  'jpg',
  'jpeg',
  'jpe',
  'jfif',
  'webp',
  'gif',
  'tif',
  'tiff',
  'avif',
  'bmp',
  'svg',
] as const;

/** By its name alone; what the file really holds is seen when it is decoded. */
export const hasImageExtension = (path: string): boolean => {
  const lower = path.toLowerCase();
  return imageExtensions.some((extension) => lower.endsWith(`.${extension}`));
};

/** For file searches, whose patterns know upper and lower case apart on some systems. */
export const imageGlob = `**/*.{${imageExtensions.flatMap((name) => [name, name.toUpperCase()]).join(',')}}`;
