import * as access from '../access/words';
import * as exports from '../exports/words';
import * as imports from '../imports/words';
import * as inbox from '../inbox/words';
import * as judgments from '../judgments/words';
import * as plan from '../plan/words';
import * as raters from '../raters/words';
import * as reports from '../reports/words';
import * as setup from '../setup/words';
import * as shares from '../shares/words';
import * as studies from '../studies/words';

/** What is said on every page; each noun's own words stand in its folder. */
const common = {
  language: '中文',
  app: 'PrefEval',
  signOut: 'Sign out',
  loading: 'Loading…',
  unreachable: 'The service cannot be reached. Check the connection; this page tries again.',
  errorsListed: (shown: number, all: number) =>
    shown < all ? `The first ${shown} of ${all} errors` : `${all} ${all === 1 ? 'error' : 'errors'}`,
  line: 'line',
  field: 'field',
  message: 'message',
  yes: 'yes',
  no: 'no',
  none: 'none',
  moreRows: (next: number, left: number) =>
    next < left ? `Show ${next} more of ${left.toLocaleString('en')} rows` : `Show the last ${left} rows`,
  between: ' ', // two sentences
  copy: 'Copy',
  copied: 'Copied',
  problems: {} as Record<string, string>,
};

const commonZh: typeof common = {
  language: 'English',
  app: 'PrefEval',
  signOut: '退出',
  loading: '正在载入…',
  unreachable: '无法连接服务。请检查网络；本页会自动重试。',
  errorsListed: (shown, all) => (shown < all ? `共 ${all} 处错误，列出前 ${shown} 处` : `${all} 处错误`),
  line: '行',
  field: '字段',
  message: '说明',
  yes: '是',
  no: '否',
  none: '无',
  moreRows: (next, left) => (next < left ? `再显示 ${next} 行（还有 ${left.toLocaleString('en')} 行）` : `显示最后 ${left} 行`),
  between: '',
  copy: '复制',
  copied: '已复制',
  problems: {
    'invalid-request': '请求中有不能接受的字段。',
    'malformed-json': '内容不是此操作所需的 JSON。',
    'import-rejected': '文件有错误，没有存入任何内容。',
    'unknown-format': '无法识别文件的格式。',
    'wrong-encoding': '无法识别文件的编码。',
    'broken-archive': '压缩文件或工作簿无法解开。',
    'mapping-needed': '无法识别表格的列，请说明各列的含义。',
    'empty-file': '文件中没有数据。',
    'sign-in-required': '需要先登录。',
    'key-not-accepted': '密钥不存在、已用过、已过期或已撤销。',
    'not-allowed': '您的角色不能进行此操作。',
    'not-found': '没有找到。',
    'study-state': '研究目前的状态不允许此操作。',
    'not-ready-to-open': '研究还不能开放。',
    'too-many-pairs': '这种设计产生的配对太多。',
    'name-taken': '这个名称已被使用。',
    'import-state': '这次导入目前的状态不允许此操作。',
    'too-many-requests': '短时间内的请求太多，请稍后再试。',
    'too-large': '内容或其中一行太大。',
    unexpected: '服务出了问题。',
    busy: '服务繁忙，请稍后再试。',
  },
};

export const en = {
  ...common,
  ...access.en,
  ...exports.en,
  ...imports.en,
  ...inbox.en,
  ...judgments.en,
  ...plan.en,
  ...raters.en,
  ...reports.en,
  ...setup.en,
  ...shares.en,
  ...studies.en,
};
export type Words = typeof en;
export const zh: Words = {
  ...commonZh,
  ...access.zh,
  ...exports.zh,
  ...imports.zh,
  ...inbox.zh,
  ...judgments.zh,
  ...plan.zh,
  ...raters.zh,
  ...reports.zh,
  ...setup.zh,
  ...shares.zh,
  ...studies.zh,
};
