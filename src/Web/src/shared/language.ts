import { storage } from './storage';

export type Language = 'zh-CN' | 'en';

const KEY = 'prefeval.language';

export function startLanguage(): Language {
  const kept = storage.get(KEY);
  if (kept === 'zh-CN' || kept === 'en') return show(kept);
  return show(navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en');
}

export function keepLanguage(language: Language): Language {
  storage.set(KEY, language);
  return show(language);
}

function show(language: Language): Language {
  document.documentElement.lang = language;
  return language;
}
