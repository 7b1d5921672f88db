// <picture> elements from an entry of the index that thumbs writes (docs/index-file.md). No package, no build step.
//
//   const index = await (await fetch('thumbs/index.json')).json();
//   main.append(pictureElement(index['photos/cat.jpg'], { alt: 'A cat', sizes: '50vw' }));

const NEWEST_FIRST = ['image/avif', 'image/webp'];

// What a <picture> needs: a <source> for each newer type, and the <img> with the type that every browser reads. Its width
// and height reserve its place, so that nothing on the page moves when it comes.
export function describe(entry) {
  const newer = NEWEST_FIRST.filter((type) => type in entry.srcset);
  const types = Object.keys(entry.srcset);
  const plain = types.find((type) => !newer.includes(type)) ?? newer.pop();
  const widest = Object.values(entry.variants)
    .filter((variant) => entry.srcset[plain].includes(`${variant.url} ${variant.width}w`))
    .reduce((a, b) => (b.width > a.width ? b : a));
  return {
    sources: newer.map((type) => ({ type, srcset: entry.srcset[type] })),
    img: { srcset: entry.srcset[plain], src: widest.url, width: widest.width, height: widest.height },
  };
}

// For a browser. Until the picture is there its placeholder shows, blurred, in its place.
export function pictureElement(entry, { alt = '', sizes = '100vw', lazy = true } = {}) {
  const { sources, img } = describe(entry);
  const picture = document.createElement('picture');
  for (const source of sources)
    picture.append(Object.assign(document.createElement('source'), source, { sizes }));
  const image = document.createElement('img');
  image.style.backgroundColor = entry.dominantColour;
  image.style.backgroundImage = `url(${placeholder(entry)})`;
  image.addEventListener('load', () => image.style.removeProperty('background'), { once: true });
  Object.assign(image, { alt, width: img.width, height: img.height, decoding: 'async' });
  if (lazy) image.loading = 'lazy';
  image.sizes = sizes; // before srcset, or the browser begins with the wrong one
  picture.append(image);
  image.srcset = img.srcset;
  image.src = img.src;
  return picture;
}

// For templates that run where there is no browser: the same as text.
export function pictureHtml(entry, { alt = '', sizes = '100vw' } = {}) {
  const { sources, img } = describe(entry);
  const text = (value) => String(value).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const attributes = (values) => Object.entries(values).map(([name, value]) => ` ${name}="${text(value)}"`).join('');
  return '<picture>' +
    sources.map((source) => `<source${attributes({ ...source, sizes })}>`).join('') +
    `<img${attributes({ alt, sizes, ...img, loading: 'lazy', style: `background:${entry.dominantColour}` })}></picture>`;
}

// A data: URL of the thumbhash, in the proportions of the picture; a transparent pixel where there is none.
export function placeholder(entry) {
  if (!entry.thumbhash) return 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
  const longer = Math.max(entry.width, entry.height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round((32 * entry.width) / longer));
  canvas.height = Math.max(1, Math.round((32 * entry.height) / longer));
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(canvas.width, canvas.height);
  pixels.data.set(thumbhashPixels(entry.thumbhash, canvas.width, canvas.height));
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}

// RGBA of a thumbhash (https://evanw.github.io/thumbhash/): a few cosine terms of luma, two differences of colour, alpha.
export function thumbhashPixels(base64, width, height) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const head = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
  const shape = bytes[3] | (bytes[4] << 8);
  const hasAlpha = head >> 23;
  const most = hasAlpha ? 5 : 7;
  const landscape = shape >> 15;
  const columns = Math.max(3, landscape ? most : shape & 7);
  const rows = Math.max(3, landscape ? shape & 7 : most);

  let nibble = hasAlpha ? 12 : 10;
  const terms = (nx, ny, constant, scale) => {
    const list = [{ x: 0, y: 0, value: constant }];
    for (let y = 0; y < ny; y++)
      for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++, nibble++) {
        const level = (bytes[nibble >> 1] >> ((nibble & 1) << 2)) & 15;
        list.push({ x, y, value: (level / 7.5 - 1) * scale });
      }
    return list;
  };
  const vivid = 1.25; // makes up for the colour that rounding takes
  const luma = terms(columns, rows, (head & 63) / 63, ((head >> 18) & 31) / 31);
  const yellowBlue = terms(3, 3, ((head >> 6) & 63) / 31.5 - 1, (((shape >> 3) & 63) / 63) * vivid);
  const redGreen = terms(3, 3, ((head >> 12) & 63) / 31.5 - 1, (((shape >> 9) & 63) / 63) * vivid);
  const alpha = hasAlpha ? terms(5, 5, (bytes[5] & 15) / 15, (bytes[5] >> 4) / 15) : [{ x: 0, y: 0, value: 1 }];

  const out = new Uint8ClampedArray(width * height * 4);
  const wave = (frequency, size, i) => Math.cos((Math.PI / size) * (i + 0.5) * frequency);
  const at = (list, x, y) => list.reduce((sum, term) => {
    const twice = term.x || term.y ? 2 : 1;
    return sum + twice * term.value * wave(term.x, width, x) * wave(term.y, height, y);
  }, 0);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 4) {
      const l = at(luma, x, y);
      const p = at(yellowBlue, x, y);
      const q = at(redGreen, x, y);
      const blue = l - (2 / 3) * p;
      const red = (3 * l - blue + q) / 2;
      out.set([red, red - q, blue, at(alpha, x, y)].map((value) => 255 * Math.max(0, Math.min(1, value))), i);
    }
  return out;
}
