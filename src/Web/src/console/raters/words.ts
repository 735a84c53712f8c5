const raters = {
  invite: 'Invite raters',
  names: 'Names, one a line',
  make: 'Make links',
  once: 'These links are shown once. Copy them now; each one opens the judging page for that rater.',
  copyAll: 'Copy all',
  name: 'Rater',
  link: 'Link',
  state: 'State',
  states: { active: 'active', paused: 'paused', removed: 'removed' },
  kinds: { human: 'people', llm: 'LLM judges', simulated: 'simulated' },
  kind: 'Kind',
  asked: 'Asked',
  judged: 'Judged',
  today: 'Today',
  empty: 'No raters yet.',
};

const ratersZh: typeof raters = {
  invite: '邀请评判员',
  names: '姓名，每行一个',
  make: '生成链接',
  once: '这些链接只显示一次，请现在复制。每个链接为对应的评判员打开评判页面。',
  copyAll: '全部复制',
  name: '评判员',
  link: '链接',
  state: '状态',
  states: { active: '正常', paused: '已暂停', removed: '已移除' },
  kinds: { human: '真人', llm: 'LLM 评判', simulated: '模拟' },
  kind: '类别',
  asked: '领取',
  judged: '已评判',
  today: '今天',
  empty: '还没有评判员。',
};

export const en = { raters };
export const zh: typeof en = { raters: ratersZh };
