type Source = 'judgments' | 'defaults';
const s = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const plan = {
  intro: 'What is left empty is as the study has it. Its own judgments are the pilot once there are enough of them.',
  wishes: {
    half_width: 'Half-width wanted, points',
    net: 'Net to be found, points',
    power: 'Power wanted, %',
    confidence: 'Confidence, %',
    prompts: 'Prompts',
    raters: 'Raters',
    overlap: 'Raters for each pair',
  },
  asStudy: 'as in the study',
  work: 'Work it out',
  nothing: 'The study compares nothing yet. Import the answers of two models first.',
  search: (net: string, power: string) => `a net of ${net} found with ${power} %`,
  enough: (what: string, prompts: string, judgments: string, raters: number, overlap: number) =>
    `For ${what}: ${prompts} prompts, ${s(raters, 'rater')}, ${judgments} judgments (${overlap} a pair).`,
  onlyRaters: (what: string, raters: number, needed: string, prompts: string) =>
    `For ${what}, no number of prompts is enough with ${s(raters, 'rater')}; with ${prompts} prompts, ${needed} raters would do.`,
  neither: (what: string, raters: number, prompts: string) =>
    `For ${what}, no number of prompts is enough with ${s(raters, 'rater')}, and no number of raters with ${prompts} prompts: more of both are needed.`,
  floorSaid: (floor: string, raters: number) =>
    `More prompts alone never bring the half-width below ±${floor} with ${s(raters, 'rater')}: raters differ, and only more raters remove that.`,
  noFloor: 'Raters do not differ here, so that more prompts always narrow the interval.',
  plannedSaid: (prompts: string, raters: number, overlap: number, judgments: string, half: string, power: string, net: string) =>
    `As planned, ${prompts} prompts, ${s(raters, 'rater')} and ${overlap} a pair make ${judgments} judgments: ±${half}, and a power of ${power} % to find a net of ${net}.`,
  oneMore: (prompt: string, rater: string) => `One more prompt gives ±${prompt}, one more rater ±${rater}.`,
  pace: (aDay: string, toCome: string, done: string | null) =>
    `At today’s pace of ${aDay} judgments a day, the ${toCome} that are to come are done ${done ? `on ${done}` : 'never: nobody is judging'}.`,
  onDay: (what: string, day: string) => `At today’s pace: ${what} on ${day}.`,
  withoutRepeats: (raters: number) => `With ${s(raters, 'rater')} or more, nobody has to meet a prompt twice.`,
  basis: (win: string, tie: string, loss: string, from: string) =>
    `Taken for granted: ${win} % wins, ${tie} % ties, ${loss} % losses (${from}).`,
  parts: (prompt: string, fromPrompt: string, rater: string, fromRater: string) =>
    `Prompts make ${prompt} % of the variance (${fromPrompt}), raters ${rater} % (${fromRater}).`,
  from: (source: Source, judgments: string) => (source === 'judgments' ? `of the study’s ${judgments} judgments` : 'stated default'),
  needed: 'What each wish asks for',
  neededCaption:
    'Prompts with the planned raters, or raters with the planned prompts. Independent judgments are for comparison only: prompts and raters differ.',
  planned: 'What the design comes to',
  orRaters: 'or raters',
  independent: 'if independent',
  day: 'by',
  promptsNoHelp: 'More prompts alone do not help: the floor that raters make lies above the wish.',
  ratersNoHelp: 'More raters alone do not help.',
  methods: 'How it is counted',
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
  intro: '留空的项目按研究的设置计算。研究自身的评判足够多时，就以它们为预试。',
  wishes: {
    half_width: '期望的半宽，百分点',
    net: '要检出的净胜率，百分点',
    power: '期望的功效，%',
    confidence: '置信水平，%',
    prompts: '题目数',
    raters: '评判员数',
    overlap: '每对由几人评判',
  },
  asStudy: '与研究相同',
  work: '计算',
  nothing: '研究目前没有可比较的内容。请先导入两个模型的回答。',
  search: (net, power) => `以 ${power}% 的功效检出 ${net} 的净胜率`,
  enough: (what, prompts, judgments, raters, overlap) =>
    `要达到“${what}”：${prompts} 道题目，${raters} 名评判员，${judgments} 次评判（每对 ${overlap} 次）。`,
  onlyRaters: (what, raters, needed, prompts) =>
    `要达到“${what}”，${raters} 名评判员时题目再多也不够；${prompts} 道题目时，需要 ${needed} 名评判员。`,
  neither: (what, raters, prompts) =>
    `要达到“${what}”，${raters} 名评判员时题目再多也不够，${prompts} 道题目时评判员再多也不够：两者都要增加。`,
  floorSaid: (floor, raters) =>
    `${raters} 名评判员时，仅增加题目，半宽不会小于 ±${floor}：评判员之间有差异，只有增加评判员才能降低这一下限。`,
  noFloor: '这里评判员之间没有差异，增加题目总能缩小区间。',
  plannedSaid: (prompts, raters, overlap, judgments, half, power, net) =>
    `按现有计划，${prompts} 道题目、${raters} 名评判员、每对 ${overlap} 人，共 ${judgments} 次评判：半宽 ±${half}，检出 ${net} 的净胜率的功效为 ${power}%。`,
  oneMore: (prompt, rater) => `多一道题目为 ±${prompt}，多一名评判员为 ±${rater}。`,
  pace: (aDay, toCome, done) =>
    `按目前每天 ${aDay} 次评判的速度，其余 ${toCome} 次${done ? `将于 ${done}完成` : '不会完成：现在没有人在评判'}。`,
  onDay: (what, day) => `按目前的速度：${day}达到“${what}”。`,
  withoutRepeats: (raters) => `有 ${raters} 名或更多评判员时，没有人会两次遇到同一题目。`,
  basis: (win, tie, loss, from) => `计算的前提：胜 ${win}%，平 ${tie}%，负 ${loss}%（${from}）。`,
  parts: (prompt, fromPrompt, rater, fromRater) => `题目占方差的 ${prompt}%（${fromPrompt}），评判员占 ${rater}%（${fromRater}）。`,
  from: (source, judgments) => (source === 'judgments' ? `取自研究的 ${judgments} 次评判` : '设定的默认值'),
  needed: '各项期望需要多少',
  neededCaption: '按计划的评判员需要的题目数，或按计划的题目需要的评判员数。独立评判数只供比较：题目与评判员各不相同。',
  planned: '现有设计的结果',
  orRaters: '或评判员',
  independent: '独立评判数',
  day: '日期',
  promptsNoHelp: '仅增加题目无济于事：评判员造成的下限高于期望值。',
  ratersNoHelp: '仅增加评判员无济于事。',
  methods: '计算方法',
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
