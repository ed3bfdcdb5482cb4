#!/bin/sh
# Refreshes vendor/ from the versions in package-lock.json. The pages load these files as they are.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts
rm -f vendor/*.js vendor/*.wasm vendor/LICENSE.* vendor/VERSIONS # the types beside them are ours

# A browser knows no bare module names, and the source maps stay behind.
plain() { sed -e 's#from *"preact"#from"./preact.js"#g' -e '/^\/\/# sourceMappingURL=/d' "$1" > "vendor/$2"; }
plain node_modules/preact/dist/preact.mjs preact.js
plain node_modules/preact/hooks/dist/hooks.mjs hooks.js
plain node_modules/htm/dist/htm.module.js htm.js
plain node_modules/zxing-wasm/dist/iife/reader/index.js zxing.js
cp node_modules/zxing-wasm/dist/reader/zxing_reader.wasm vendor/

for name in preact htm zxing-wasm; do
    cp "node_modules/$name/LICENSE" "vendor/LICENSE.$name.txt"
    node -p "'$name ' + require('./node_modules/$name/package.json').version" >> vendor/VERSIONS
done
# The reader was compiled from it; its licence is the same as htm's.
echo "zxing-cpp (in zxing_reader.wasm), Apache License 2.0: LICENSE.htm.txt" >> vendor/VERSIONS
