// Pictures that only people who are signed in may see: an image tag cannot show its badge, so the page asks.
import { useEffect, useState } from '../core/html.js';

/** The picture behind a path, as a source for an image; "" until it is here, or when it is not to be had. */
export function usePicture(path, token) {
  const [source, setSource] = useState('');
  useEffect(() => {
    let made = '';
    let gone = false;
    fetch(path, { headers: { Authorization: 'Bearer ' + token } })
      .then((answer) => (answer.ok ? answer.blob() : null))
      .then((blob) => {
        if (!blob || gone) return;
        made = URL.createObjectURL(blob);
        setSource(made);
      }).catch(() => undefined);
    return () => { gone = true; if (made) URL.revokeObjectURL(made); };
  }, [path]);
  return source;
}
