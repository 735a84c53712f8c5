using System.Buffers;

namespace PrefEval.Api.Imports;

/// <summary>Names of language models and of those who make them, and the words that tell such a name from one that is something else too.</summary>
internal static class LeakNames
{
    /// <summary>Names that mean a model wherever they stand; GPT is also GPT-4, Qwen also Qwen2.5-7B.</summary>
    private static readonly string[] Models =
    [
        "ChatGPT", "InstructGPT", "GPT", "LLaMA", "LaMDA", "Vicuna", "OpenAssistant", "Open Assistant", "StableLM", "BLOOMZ", "Mixtral", "Command R", "Bing Chat", "WizardLM", "DeepSeek", "Qwen", "Tongyi Qianwen",
        "ERNIE Bot", "Wenxin Yiyan", "SparkDesk", "ChatGLM", "GLM", "Baichuan", "Doubao", "Hunyuan", "InternLM", "SenseChat", "SenseNova", "Skywork", "PanGu", "CPM-Bee", "TigerBot", "YuLan", "Aquila-Chat", "AquilaChat",
        "HuatuoGPT", "MOSS-", "XVERSE", "Yi-34B", "MiniMax", "DBRX", "Nemotron", "Alpaca-7B", "Copilot", "BELLE-", "ERNIE",
        "通义千问", "通义", "千问", "文心一言", "文心大模型", "讯飞星火", "星火大模型", "星火认知", "智谱清言", "百川大模型", "百川智能", "混元", "书生·浦语", "书生浦语", "浦语", "商汤商量", "日日新", "天工大模型", "360智脑", "盘古大模型",
        "悟道大模型", "紫东太初", "姜子牙", "腾讯元宝", "零一万物", "阶跃星辰", "云雀大模型", "豆包大模型", "曹植大模型", "小冰", "天猫精灵", "小爱同学", "伶荔", "华佗GPT",
    ];

    /// <summary>Companies and labs, and models whose names are also other things: a person, a star sign, a food. They count where the answer speaks of a model, or of who made it.</summary>
    private static readonly string[] Others =
    [
        "OpenAI", "Open AI", "Anthropic", "Google", "DeepMind", "Meta", "Facebook", "Microsoft", "Amazon", "Mistral", "Cohere", "Stability AI", "LMSYS", "Stanford", "EleutherAI", "Hugging Face", "HuggingFace", "xAI", "NVIDIA",
        "Baidu", "Alibaba", "Aliyun", "DAMO Academy", "Tencent", "ByteDance", "Huawei", "iFLYTEK", "Zhipu", "Tsinghua", "Fudan", "BAAI", "SenseTime", "Moonshot", "01.AI", "Shanghai AI Lab", "KE Holdings", "Lianjia", "ModelBest",
        "Claude", "Bard", "Gemini", "Gemma", "PaLM", "Alpaca", "Koala", "Dolly", "Falcon", "BLOOM", "Grok", "Phi", "Sydney", "Siri", "Alexa", "Cortana", "Kimi", "MOSS", "BELLE", "Orca", "Zephyr", "Guanaco", "Firefly", "Phoenix", "Ziya", "Aquila", "Tongyi",
        "百度", "阿里巴巴", "阿里云", "阿里", "达摩院", "腾讯", "字节跳动", "字节", "火山引擎", "华为", "科大讯飞", "讯飞", "智谱", "清华大学", "清华", "复旦大学", "复旦", "智源", "商汤", "昆仑万维", "奇虎", "360", "月之暗面", "深度求索",
        "上海人工智能实验室", "贝壳", "链家", "面壁智能", "澜舟", "IDEA研究院", "京东", "网易", "小米", "中国电信", "哈尔滨工业大学", "哈工大", "中科院", "谷歌", "微软", "脸书", "亚马逊", "苹果公司",
        "文心", "星火", "百川", "天工", "盘古", "悟道", "豆包", "云雀", "元宝", "商量", "海螺", "孟子", "凤凰", "流萤", "骆驼", "小度", "书生", "智脑", "克劳德", "巴德",
    ];

    public static readonly SearchValues<string> All = SearchValues.Create([.. Models, .. Others], StringComparison.OrdinalIgnoreCase);

    /// <summary>How an answer begins to speak of itself. The others are looked for by their first character: as whole words they cost the framework a hundred times that.</summary>
    public static readonly SearchValues<string> AsciiAnchors = SearchValues.Create(
        ["i am", "i'm", "i was", "my name is", "my name's", "you can call me", "as a ", "as an ", "as the ", "as chat", "as gpt", "as claude", "as qwen", "as open"], StringComparison.OrdinalIgnoreCase);

    private static readonly string[] OtherAnchors =
        ["I’m", "i’m", "我是", "我就是", "我叫", "我名叫", "我的名字", "我的开发", "我的创造", "我由", "我被", "本模型", "作为", "身为"];

    public static readonly SearchValues<char> OtherAnchorsBegin = SearchValues.Create([.. OtherAnchors.Select(anchor => anchor[0]).Distinct()]);

    public static bool IsOtherAnchor(ReadOnlySpan<char> text)
    {
        foreach (var anchor in OtherAnchors)
            if (text.StartsWith(anchor, StringComparison.Ordinal)) return true;
        return false;
    }

    public static readonly SearchValues<string> OfModels = SearchValues.Create(
        ["artificial intelligence", "language model", "ai model", "ai assistant", "chatbot", "chat bot", "virtual assistant", "assistant", "large model", "人工智能", "语言模型", "大模型", "模型", "智能助手", "助手", "助理", "机器人", "智能体"],
        StringComparison.OrdinalIgnoreCase);

    public static readonly SearchValues<string> OfMakers = SearchValues.Create(
        ["trained by", "developed by", "created by", "built by", "made by", "designed by", "provided by", "powered by", "based on", "训练", "开发", "研发", "创建", "创造", "推出", "打造", "构建", "设计的", "基于", "提供的"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Between "I am" and a name these tell that the answer speaks of something else.</summary>
    public static readonly SearchValues<string> OfOthers = SearchValues.Create(
        [" using", " use ", " user", "research", "student", "writing", "interested", "learning", "asking", "familiar", "not ", "n't ", " at ", "sorry", "happy", "glad", "here to",
         "用户", "使用", "用的", "学生", "老师", "不是", "喜欢", "关于", "学习", "在用", "我在", "问的", "听说", "可以", "研究人员", "员工", "工程师", "粉丝"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Behind a name, they make it another thing: "a ChatGPT user".</summary>
    public static readonly SearchValues<string> Followers = SearchValues.Create(
        [" user", " fan", " expert", " engineer", " employee", " developer", " customer", "用户", "粉丝", "员工", "工程师", "专家", "爱好者", "创始人", "的朋友"], StringComparison.OrdinalIgnoreCase);

    private static readonly Dictionary<char, (string Name, bool IsModel)[]> ByFirst = Models.Select(name => (Name: name, IsModel: true)).Concat(Others.Select(name => (Name: name, IsModel: false)))
        .GroupBy(n => char.ToLowerInvariant(n.Name[0])).ToDictionary(g => g.Key, g => g.OrderByDescending(n => n.Name.Length).ToArray());

    /// <summary>The longest name that the text begins with, its version included; its length is 0 where it begins with none.</summary>
    public static (int Length, bool IsModel) At(ReadOnlySpan<char> text)
    {
        if (!ByFirst.TryGetValue(char.ToLowerInvariant(text[0]), out var names)) return default;
        foreach (var (name, isModel) in names)
        {
            if (!text.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;
            var end = name.Length;
            if (char.IsAscii(name[^1]) && end < text.Length && char.IsAsciiLetter(text[end]) && name[^1] != '-') continue; // another word
            if (char.IsAscii(name[^1]))
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || (text[end] is '-' or '.' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1])))) end++;
            return (end, isModel);
        }
        return default;
    }
}
