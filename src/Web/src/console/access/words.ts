const access = {
  title: 'Sign in',
  text: 'Open the link that you were given, or enter your key.',
  key: 'Key',
  enter: 'Sign in',
};

const accessZh: typeof access = {
  title: '登录',
  text: '请打开发给您的链接，或输入密钥。',
  key: '密钥',
  enter: '登录',
};

export const en = { access };
export const zh: typeof en = { access: accessZh };
