/** What the sections below the figures say: agreement, leaderboard, position, length, raters, judges. */
const sections = {
  agreement: 'Agreement of raters',
  noOverlap:
    'No pair was judged by two raters, so whether raters agree cannot be told. Let another one judge; where the study asks for one rater a pair, copy it and ask for two.',
  units2: (n: number) => `${n} pairs were judged by two raters or more.`,
  measures: {
    percent: 'Agreement, %',
    tie_discounted: 'Agreement, a tie counting half, %',
    krippendorff_alpha: 'Krippendorff’s α (nominal)',
    krippendorff_alpha_linear: 'Krippendorff’s α (linear distance)',
    fleiss_kappa: 'Fleiss’ κ',
    gwet_ac1: 'Gwet’s AC1',
  },
  measure: 'Measure',
  value: 'Value [interval]',
  kappa: 'Cohen’s κ of each two raters',
  bothJudged: 'pairs both judged',
  leaderboard: 'Leaderboard',
  elo: 'Strength of each model (Elo; 0 is the average model)',
  rank: 'rank',
  rankSet: 'possible ranks',
  strength: 'strength, log-odds',
  tiesAll: 'ties, both bad included',
  rankHidden: 'no rank: these models never met each other directly',
  noBoard: 'No model can be placed yet: nothing has been judged. Invite raters, or import judgments.',
  disconnected: (n: number) =>
    `The models fall into ${n} groups that never met, so their strengths cannot be compared across groups. Add pairs that link the groups.`,
  noStrengths: (why: string) => `No strengths are given: ${why}. More judgments with a winner would mend it.`,
  ranks: {
    shown: () => '',
    hidden: (centre: string) => `Ranks are hidden: the models met ${centre} only, never each other. Add pairs between them to rank them.`,
    transitive: (centre: string) => `The ranks rest on transitivity alone: the models met ${centre} only.`,
    none: () => 'No ranks: there are ties only, or the fit has no answer.',
  } as Record<'shown' | 'hidden' | 'transitive' | 'none', (centre: string) => string>,
  penalized: 'Some model never won or never lost: its strength is drawn in by Firth’s penalty. More judgments would settle it.',
  tieModels: { davidson: 'Davidson’s model of ties', rao_kupper: 'Rao and Kupper’s model of ties', half_wins: 'a tie is half a win' },
  boardCaption: (c: {
    n: number;
    prompts: number;
    raters: number;
    confidence: string;
    method: string;
    scope: string;
    ties: string;
    sequence: number;
    hash: string;
  }) =>
    `n = ${c.n}; clusters: ${c.prompts} prompts, ${c.raters} raters; ${c.confidence} % intervals by ${c.method}, for ${c.scope}; ${c.ties}. Possible ranks hold for all models at once. Sequence ${c.sequence}, hash ${c.hash}.`,
  lackOfFit: (statistic: string, df: number, p: string) =>
    `Lack of fit: χ² = ${statistic}, df = ${df}, ${p} (judgments taken as independent; a small p speaks against one strength a model).`,
  position: 'Position bias',
  noSides:
    'No judgment says which answer stood left, so position bias cannot be told. Judgments made here record it; imported ones need the left model.',
  leftShare: 'Left wins among decisive judgments, %',
  leftNet: 'Left minus right wins, points',
  order: 'Standing left, log-odds',
  sides: (c: { n: number; left_wins: number; right_wins: number; ties: number; both_bad: number; side_unknown: number }) =>
    `Of ${c.n} judgments with known sides the left answer won ${c.left_wins}, the right one ${c.right_wins}; ${c.ties} were ties, ${c.both_bad} both bad. Sides unknown: ${c.side_unknown}.`,
  length: 'Length control',
  lengthNote:
    'What the win rates would be were both answers equally long: a sensitivity analysis, since length may be part of why an answer is better.',
  longer: 'characters longer',
  controlled: 'at equal length, %',
  slope: 'slope, log-odds',
  lengthPoints: { win_rate: 'as judged', controlled: 'at equal length' },
  quality: 'Rater quality',
  qualityNote:
    'How often each rater agrees with the majority of the others, with intervals (Wilson, her judgments taken as independent). Nobody is dropped for a flag.',
  agrees: 'agrees, %',
  left: 'left, %',
  tieShare: 'ties, %',
  median: 'median s',
  gold: 'gold, %',
  same: 'same again, %',
  fast: 'fast',
  flags: 'flags',
  flagNames: {
    disagrees: 'agrees less than the others',
    leans_to_one_side: 'leans to one side',
    fails_gold: 'misses known verdicts',
  } as Record<string, string>,
  judges: 'Language models that judge, beside humans',
  judgesNote: 'Agreement of each judge with the majority of humans, beside how far one human agrees with the others (the ceiling).',
  judge: 'judge',
  allJudges: 'all judges',
  pairs: 'pairs compared',
  withHumans: 'with humans, %',
  ceiling: 'humans among themselves, %',
  difference: 'difference, points',
  kappaLinear: 'κ (linear)',
  noJudges: 'No language model judged in this study, so there is nothing to hold against the humans. Import judgments with rater_kind llm.',
  noQuality: 'Nobody judged yet.',
  noLength: 'No comparison has judgments whose answers are known, so length cannot be allowed for.',
};

const sectionsZh: typeof sections = {
  agreement: '评判员的一致性',
  noOverlap:
    '没有配对由两位评判员评判，因此无法得知评判员是否一致。请再让一位评判员参与；如果研究只要求每对一位评判员，请复制研究并改为两位。',
  units2: (n) => `有 ${n} 对由两人以上评判。`,
  measures: {
    percent: '一致率，%',
    tie_discounted: '一致率（平局算一半），%',
    krippendorff_alpha: 'Krippendorff α（名义）',
    krippendorff_alpha_linear: 'Krippendorff α（线性距离）',
    fleiss_kappa: 'Fleiss κ',
    gwet_ac1: 'Gwet AC1',
  },
  measure: '指标',
  value: '数值 [区间]',
  kappa: '每两位评判员的 Cohen κ',
  bothJudged: '共同评判的配对',
  leaderboard: '排行榜',
  elo: '各模型的强度（Elo；0 为平均模型）',
  rank: '名次',
  rankSet: '可能的名次',
  strength: '强度（对数优势）',
  tiesAll: '平（含都不好）',
  rankHidden: '没有名次：这些模型没有直接比较过',
  noBoard: '还不能排列任何模型：尚无评判。请邀请评判员，或导入评判。',
  disconnected: (n) => `模型分成 ${n} 组，组间从未比较，强度不能跨组比较。请增加连接各组的配对。`,
  noStrengths: (why) => `没有给出强度：${why}。需要更多分出胜负的评判。`,
  ranks: {
    shown: () => '',
    hidden: (centre) => `名次未显示：各模型只与 ${centre} 比较过，彼此没有比较。要排名，请增加它们之间的配对。`,
    transitive: (centre) => `名次只依据传递性：各模型只与 ${centre} 比较过。`,
    none: () => '没有名次：只有平局，或拟合没有结果。',
  },
  penalized: '有的模型从未胜或从未负，其强度由 Firth 惩罚收缩。增加评判可以确定。',
  tieModels: { davidson: 'Davidson 平局模型', rao_kupper: 'Rao–Kupper 平局模型', half_wins: '平局算半胜' },
  boardCaption: (c) =>
    `n = ${c.n}；聚类：${c.prompts} 个题目，${c.raters} 位评判员；${c.confidence}% 区间，方法 ${c.method}，适用于${c.scope}；${c.ties}。可能的名次对所有模型同时成立。序号 ${c.sequence}，哈希 ${c.hash}。`,
  lackOfFit: (statistic, df, p) => `失拟检验：χ² = ${statistic}，自由度 ${df}，${p}（视评判为独立；p 很小说明单一强度不足以描述模型）。`,
  position: '位置偏差',
  noSides: '没有评判记录哪个回答在左侧，无法判断位置偏差。在这里作出的评判会记录；导入的评判需注明左侧模型。',
  leftShare: '分出胜负的评判中左侧胜，%',
  leftNet: '左胜减右胜，百分点',
  order: '居左的影响（对数优势）',
  sides: (c) =>
    `在 ${c.n} 次已知左右的评判中，左侧胜 ${c.left_wins} 次，右侧胜 ${c.right_wins} 次，平 ${c.ties} 次，都不好 ${c.both_bad} 次。左右不明：${c.side_unknown} 次。`,
  length: '长度控制',
  lengthNote: '假如两个回答一样长，胜率会是多少。这是敏感性分析：长度也可能是回答更好的原因之一。',
  longer: '多出的字符',
  controlled: '等长时，%',
  slope: '斜率（对数优势）',
  lengthPoints: { win_rate: '实际评判', controlled: '等长时' },
  quality: '评判员质量',
  qualityNote: '每位评判员与其他人多数意见的一致率及区间（Wilson，视其评判为独立）。不会因为标记而剔除任何人。',
  agrees: '一致率，%',
  left: '选左，%',
  tieShare: '平局，%',
  median: '中位秒数',
  gold: '金标准，%',
  same: '重复一致，%',
  fast: '过快',
  flags: '标记',
  flagNames: { disagrees: '一致率低于其他人', leans_to_one_side: '偏向一侧', fails_gold: '已知答案错误多' },
  judges: '语言模型评判与真人对照',
  judgesNote: '每个评判模型与真人多数意见的一致率，以及一位真人与其他真人的一致率（上限）。',
  judge: '评判模型',
  allJudges: '全部评判模型',
  pairs: '比较的配对',
  withHumans: '与真人，%',
  ceiling: '真人之间，%',
  difference: '差，百分点',
  kappaLinear: 'κ（线性）',
  noJudges: '本研究没有语言模型的评判，无从对照。可导入 rater_kind 为 llm 的评判。',
  noQuality: '还没有人评判。',
  noLength: '没有已知回答文本的评判，无法控制长度。',
};

export const en = sections;
export const zh = sectionsZh;
