import { createContext, type ReactNode, useContext, useState } from 'react';
import { keepLanguage, type Language, startLanguage } from '../../shared/language';
import { en, type Words, zh } from './language';

interface Spoken {
  words: Words;
  language: Language;
  toggle: () => void;
}

const Context = createContext<Spoken>({ words: en, language: 'en', toggle: () => {} });

export function Speaking({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(startLanguage);
  const toggle = () => setLanguage(keepLanguage(language === 'en' ? 'zh-CN' : 'en'));
  return <Context value={{ words: language === 'en' ? en : zh, language, toggle }}>{children}</Context>;
}

export const useSpoken = () => useContext(Context);
export const useWords = () => useContext(Context).words;
