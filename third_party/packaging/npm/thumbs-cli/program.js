// Finds the program. The package of this platform carries it; THUMBS_PROGRAM names another.
'use strict';

const PACKAGES = { 'linux x64': 'thumbs-cli-linux-x64', 'linux arm64': 'thumbs-cli-linux-arm64' };

function program() {
  if (process.env.THUMBS_PROGRAM) return process.env.THUMBS_PROGRAM;
  const platform = `${process.platform} ${process.arch}`;
  try {
    return require.resolve(`${PACKAGES[platform]}/bin/thumbs`);
  } catch {
    throw new Error(
      PACKAGES[platform]
        ? `the package ${PACKAGES[platform]} is not installed: install thumbs-cli with its optional dependencies`
        : `thumbs-cli has no program for ${platform}: build thumbs from source and set THUMBS_PROGRAM to its path`,
    );
  }
}

module.exports = { program };
