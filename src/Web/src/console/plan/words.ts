const plan = {
  table: 'The plan by comparison',
  tableCaption: (confidence: string, net: string) =>
    `For each comparison, in points: the half-width of the ${confidence} % interval of the win rate, below which more prompts alone never bring it, and the power to find a net of ${net} points.`,
  comparison: 'comparison',
  prompts: 'prompts',
  raters: 'raters',
  judgments: 'judgments',
  halfWidth: 'half-width',
  floor: 'floor',
  power: 'power, %',
};

const planZh: typeof plan = {
  table: '各项比较的规划',
  tableCaption: (confidence, net) =>
    `各项比较（百分点）：胜率 ${confidence}% 区间的半宽、仅增加题目无法突破的下限，以及检出 ${net} 个百分点净胜率的功效。`,
  comparison: '比较',
  prompts: '题目',
  raters: '评判员',
  judgments: '评判',
  halfWidth: '半宽',
  floor: '下限',
  power: '功效，%',
};

export const en = { plan };
export const zh: typeof en = { plan: planZh };
