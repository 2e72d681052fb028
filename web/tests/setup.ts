/* setup.ts -- what of a browser the modules look at when they are loaded. */
Object.assign(globalThis, {
  localStorage: { getItem: () => null, setItem: () => {} },
  document: { documentElement: {} },
  navigator: { languages: ['ru-RU'] },
});
