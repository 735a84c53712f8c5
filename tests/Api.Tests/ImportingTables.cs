using System.IO.Compression;
using System.Net;
using System.Text;
using PrefEval.TestKit;
using Xunit;
using static PrefEval.TestKit.SampleFiles;

namespace PrefEval.Api.Tests;

/// <summary>Tables as labs keep them: CSV, TSV and Excel, wide or long, in whatever encoding and packing.</summary>
public sealed class ImportingTables(Server shared) : IClassFixture<Server>
{
    private const string Wide = "编号,问题,类别,标签,甲模型,乙模型\n1,一加一？,数学,易；短,二,\"两个\n\"\"二\"\"\"\n2,写诗,写作,,床前,\n";

    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task A_wide_table_has_a_column_a_model()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import(Wide)).Ok();

        Assert.Equal(("table_wide", "utf-8"), ((string?)import["format"], (string?)import["encoding"]));
        Assert.Equal((2, 3, 0, 0, 0, 0), ImportingFiles.Counts(import)); // an empty cell is no answer
        Assert.Equal(["甲模型", "乙模型"], import["models"].AsArray().Select(m => (string)m!));
        var first = (await study.Get("prompts")).Ok()["items"][0]!;
        Assert.Equal(("1", "数学", "易,短"), ((string?)first["prompt_id"], (string?)first["category"], string.Join(',', first["tags"]!.AsArray().Select(t => (string)t!))));
    }

    [Fact]
    public async Task Seven_bad_rows_of_a_GB18030_table_are_those_seven_with_the_lines_they_begin_on()
    {
        var study = await TestStudy.CreateAsync(_server);
        var (lines, bad, line) = (new StringBuilder("编号,问题,类别,模型一,模型二\r\n"), new List<int>(), 2);
        for (var i = 1; i <= 60; i++)
        {
            var row = i switch
            {
                5 => $"{i},,数学,甲,乙\r\n", // no prompt
                12 => $"{i},\"第{i}个\r\n问题\",数学,甲\r\n", // a cell too few, over two lines
                13 => $"{i},第{i}个问题,数学,甲,乙,丙\r\n",
                20 => $"{i},第{i}个问题,{new string('类', 201)},甲,乙\r\n",
                33 => $"{i},\"第{i}个\"问题,数学,甲,乙\r\n", // a quote inside
                41 => "1,另一个问题,数学,甲,乙\r\n", // the id stands with another text
                55 => $"{i},第{i}个\0问题,数学,甲,乙\r\n",
                _ => i % 3 == 0 ? $"{i},\"第{i}个问题：\r\n请\"\"解释\"\"，一下\",问答,\"回答{i}\r\n之一\",回答{i}之二\r\n" : $"{i},第{i}个问题,写作,回答{i}之一,回答{i}之二\r\n",
            };
            if (i is 5 or 12 or 13 or 20 or 33 or 41 or 55) bad.Add(line);
            line += row.Count(c => c == '\n');
            lines.Append(row);
        }

        var refused = await study.Import(Gb18030.GetBytes(lines.ToString()));

        Assert.Equal((HttpStatusCode.BadRequest, "import-rejected", 7), (refused.Status, refused.Problem, (int)refused["error_count"]!));
        Assert.Equal(bad, refused["errors"].AsArray().Select(e => (int)e!["line"]!));
        Assert.Contains("问题", refused["errors"].AsArray().Select(e => (string?)e!["field"]));
        Assert.Empty((await study.Get("prompts")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task Encodings_are_told_by_the_bytes()
    {
        foreach (var (name, text, file) in new (string, string, byte[])[]
        {
            ("utf-8", "甲模型", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Wide)]),
            ("gb18030", "甲模型", Gb18030.GetBytes(Wide)),
            ("gb18030", "what is 7?", [.. Encoding.ASCII.GetBytes("id,question,m1,m2\n" + string.Concat(Enumerable.Range(1, 4000).Select(i => $"{i},what is {i}?,x,y\n"))), .. Gb18030.GetBytes("中文,最后一个才是中文问题,甲,乙\n")]),
            ("gb18030", "這是一個", Gb18030.GetBytes("""{"prompt_id":"p1","prompt":"這是一個繁體中文的句子，用來測試編碼是否會被誤認。","answers":{"m1":"x"}}""")),
            ("utf-16le", "乙模型", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Wide)]),
            ("utf-16be", "写诗", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Wide)]),
            ("gb18030", "问题在这里\\uD842\\uDFB7", Gb18030.GetBytes("""{"prompt_id":"p1","prompt":"问题在这里𠮷","answers":{"m1":"回答"}}""")),
        })
        {
            var study = await TestStudy.CreateAsync(_server);
            var import = (await study.Import(file)).Ok();
            Assert.Equal(name, (string?)import["encoding"]);
            Assert.Contains(text, (await study.Get("prompts?limit=1000")).Text + (await study.Get("models")).Text);
        }
    }

    [Fact]
    public async Task Bytes_that_are_wrong_in_the_encoding_are_errors_of_their_line()
    {
        var study = await TestStudy.CreateAsync(_server);
        var good = Gb18030.GetBytes("编号,问题,模型一,模型二\n1,这是第一个问题,甲,乙\n2,这是第二个问题,甲,乙\n3,");

        var refused = await study.Import([.. good, 0xFF, 0xFF, .. Gb18030.GetBytes("坏,甲,乙\n4,这是第四个问题,甲,乙\n")]);

        Assert.Equal(("import-rejected", 1, 4), (refused.Problem, (int)refused["error_count"]!, (int)refused["errors"][0]!["line"]!));
        Assert.Contains("GB18030", (string?)refused["errors"][0]!["message"]);
    }

    [Fact]
    public async Task A_long_table_has_a_row_an_answer()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import("问题\t模型\t回答\n一？\tm1\t甲\n一？\tm2\t\n二？\tm1\t乙\n")).Ok();

        Assert.Equal("table_long", (string?)import["format"]);
        Assert.Equal((2, 3, 0, 0, 1, 1), ImportingFiles.Counts(import));
        var refused = await study.Import("问题,模型,回答\n三？,m1,甲\n三？,,乙\n三？,m1,丙\n");
        Assert.Equal([(3, "回答"), (4, "回答")], refused["errors"].AsArray().Select(e => ((int)e!["line"]!, (string?)e["field"])));
    }

    [Fact]
    public async Task Judgments_may_be_a_table_too()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(4, "m1", "m2"))).Ok();

        var import = (await study.Import("题号,模型A,模型B,标注员,结果,score,备注\np001,m1,m2,小王,m2,,\np002,m2,m1,小王,A,0.75,好\np003,m1,m2,小王,平局,,\np004,m1,m2,小王,都不好,,\n")).Ok();

        Assert.Equal("table_judgments", (string?)import["format"]);
        Assert.Equal(["b", "b", "tie", "both_bad"], (await study.Judgments()).OrderBy(j => (string?)j["prompt_id"]).Select(j => (string)j["winner"]!));
        Assert.Equal((3, "题号"), ImportingFiles.FirstError(await study.Import("题号,model_a,model_b,rater,winner\np001,m1,m2,r2,a\np009,m1,m2,r3,a\n")));
        Assert.Equal("table_judgments", (string?)(await study.Import("prompt_id,model_a,model_b,标注员,winner\np001,m1,m2,小李,b\n")).Ok()["format"]);
        Assert.Equal("prefeval_pairs", (string?)(await study.Import("prompt_id,model_a,model_b,overlap\np001,m1,m2,3\n", confirm: false)).Ok()["format"]);
        Assert.Equal("mapping-needed", (await study.Import("问题,m9\n一？,甲\n")).Problem);
        Assert.Equal(1, (int)(await study.Import("问题,m9\n一？,甲\n", "table_wide")).Ok()["answers"]!);
        var refused = await study.Import("prompt_id,model_a,model_b,rater,winner\np001,m1,m2,r2,a\np001,m1,m2,r3,neither\np009,m1,m2,r3,a\n");
        Assert.Equal([(3, "winner"), (4, "prompt_id")], refused["errors"].AsArray().Select(e => ((int)e!["line"]!, (string?)e["field"])));
    }

    [Fact]
    public async Task A_workbook_is_read_like_its_table()
    {
        var study = await TestStudy.CreateAsync(_server);
        var workbook = Workbook([("编号", "问题", "模型一", "模型二"), (1, "一？", "甲\n乙", 3.5), (null, null, null, null), (2, "二？", "丙", null)]);

        var import = (await study.Import(workbook)).Ok();

        Assert.Equal(("table_wide", null), ((string?)import["format"], (string?)import.Json["encoding"]));
        Assert.Equal((2, 3, 0, 0, 0, 0), ImportingFiles.Counts(import));
        var refused = await study.Import(Workbook([("编号", "问题", "模型一", "模型二"), (3, "三？", "甲", "乙"), (null, null, null, null), (4, null, "丙", null)]));
        Assert.Equal((4, "问题"), ImportingFiles.FirstError(refused));
    }

    [Fact]
    public async Task Formulas_are_the_values_that_Excel_kept()
    {
        const string sheet = """
            <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>m1</t></is></c><c r="C1" t="s"><v>1</v></c></row>
            <row r="3"><c r="A3" t="str"><f>CONCAT("一","？")</f><v>一？</v></c><c r="B3"><f>1+1</f><v>2</v></c><c r="C3" t="b"><v>1</v></c></row>
            </sheetData></worksheet>
            """;
        var workbook = Zipped(
            ("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"""u8.ToArray()),
            ("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>"""u8.ToArray()),
            ("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""u8.ToArray()),
            ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("""<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>问题</t></si><si><t>m2</t></si></sst>""")),
            ("xl/worksheets/sheet1.xml", Encoding.UTF8.GetBytes(sheet)));
        var study = await TestStudy.CreateAsync(_server);

        Assert.Equal((1, 2, 0, 0, 0, 0), ImportingFiles.Counts((await study.Import(workbook)).Ok()));
        Assert.Equal("一？", (string?)(await study.Get("prompts")).Ok()["items"][0]!["messages"]![0]!["content"]);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"), Told(await study.Import(Zipped(
            ("[Content_Types].xml", []), ("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>"u8.ToArray()),
            ("xl/worksheets/sheet1.xml", Encoding.UTF8.GetBytes("""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:ALL1048576"/><sheetData><row r="1"><c r="A1" t="str"><v>问题</v></c><c r="B1" t="str"><v>m1</v></c><c r="C1" t="str"><v>m2</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>"""))))));
    }

    private static readonly System.Text.Json.JsonSerializerOptions ApiJson = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task A_table_that_does_not_tell_its_columns_asks_for_a_mapping()
    {
        var study = await TestStudy.CreateAsync(_server);
        const string table = "甲列,乙列,丙列\n一？,甲,乙\n";

        var refused = await study.Import(table);
        Assert.Equal((HttpStatusCode.BadRequest, "mapping-needed"), (refused.Status, refused.Problem));
        Assert.Equal(["甲列", "乙列", "丙列"], refused["columns"].AsArray().Select(c => (string)c!));
        Assert.Equal("""[{"name":"甲列","samples":["一？"]},{"name":"乙列","samples":["甲"]},{"name":"丙列","samples":["乙"]}]""", refused["table"].ToJsonString(ApiJson));
        Assert.Equal(2, (await Mapped(study, table, refused["mapping"].ToJsonString())).Ok()["answers"].GetValue<int>());

        var import = (await Mapped(study, table, """{"layout":"wide","prompt":"丙列","models":{"甲列":"model-1"}}""")).Ok();
        Assert.Equal(["model-1"], import["models"].AsArray().Select(m => (string)m!));
        Assert.Equal("丙列", (string?)import["mapping"]["prompt"]);

        Assert.Equal("mapping-needed", (await Mapped(study, table, """{"prompt":"戊列"}""")).Problem);
        Assert.Equal("mapping-needed", (await Mapped(study, table, """{"layout":"long","prompt":"甲列"}""")).Problem);
        Assert.Equal("invalid-request", (await Mapped(study, table, """{"promt":"甲列"}""")).Problem);
        Assert.Equal("invalid-request", (await Mapped(study, table, "prompt")).Problem);
        Assert.Equal("invalid-request", (await Mapped(study, TestStudy.Prompts(1, "m1"), """{"prompt":"x"}""")).Problem);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_mapping_may_be_sent_with_the_confirmation(bool asWorkbook)
    {
        var study = await TestStudy.CreateAsync(_server);
        var file = asWorkbook ? Workbook([("编号", "问题", "备选", "模型一"), (1, "一？", "不是回答", "甲")]) : Gb18030.GetBytes("编号,问题,备选,模型一\n1,一？,不是回答,甲\n");
        var before = Uploads();
        var staged = (await study.Import(file, confirm: false)).Ok();
        Assert.Equal(2, (int)staged["answers"]!);
        Assert.Single(Uploads().Except(before));
        var confirm = $"{study.Path}/imports/{(string)staged["import"]!}/confirm";

        var refused = await _server.Admin.Post(confirm, new { mapping = new { prompt = "没有" } });
        Assert.Equal("mapping-needed", refused.Problem);
        var stored = (await _server.Admin.Post(confirm, new { mapping = new { layout = "wide", prompt = "问题", prompt_id = "编号", models = new { 模型一 = "m1" } } })).Ok();

        Assert.Equal(("stored", 1, asWorkbook ? null : "gb18030"), ((string?)stored["state"], (int)stored["answers"]!, (string?)stored.Json["encoding"]));
        Assert.Equal("m1", (string?)(await study.Get("models")).Ok()["items"][0]!["name"]);
        Assert.Empty(Uploads().Except(before));

        string[] Uploads() => Directory.GetFiles(Path.GetDirectoryName(_server.DatabaseFile)!, "*.upload", SearchOption.AllDirectories);
    }

    [Fact]
    public async Task Gzip_is_unpacked_whatever_the_file_is_called()
    {
        var study = await TestStudy.CreateAsync(_server);
        var packed = Packed(Gb18030.GetBytes(Wide));

        Assert.Equal(("table_wide", "gb18030"), ((string?)(await study.Import(packed, confirm: false)).Ok()["format"], (string?)(await study.Import(packed, confirm: false)).Ok()["encoding"]));
        Assert.Equal(3, (int)(await study.Import(Packed(Encoding.UTF8.GetBytes(TestStudy.Prompts(3, "m1", "m2"))))).Ok()["prompts"]!);
        foreach (var cut in new[] { 3, 12, packed.Length / 2, packed.Length - 9, packed.Length - 1 })
            Assert.Equal((HttpStatusCode.BadRequest, "broken-archive"), Told(await study.Import(packed[..cut])));
        Assert.Equal((HttpStatusCode.BadRequest, "broken-archive"), Told(await study.Import(Packed(packed))));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"), Told(await study.Import(Packed(new byte[80 << 20]))));
    }

    [Fact]
    public async Task A_ZIP_archive_that_is_no_workbook_or_a_bomb_is_refused()
    {
        var study = await TestStudy.CreateAsync(_server);
        var workbook = Workbook([("编号", "问题", "模型一", "模型二"), (1, "一？", "甲", "乙")]);

        Assert.Equal((HttpStatusCode.BadRequest, "broken-archive"), Told(await study.Import(Zipped(("prompts.jsonl", Encoding.UTF8.GetBytes(TestStudy.Prompts(1, "m1")))))));
        Assert.Equal((HttpStatusCode.BadRequest, "broken-archive"), Told(await study.Import(workbook[..(workbook.Length / 2)])));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"),
            Told(await study.Import(Zipped(("[Content_Types].xml", []), ("xl/workbook.xml", []), ("xl/worksheets/sheet1.xml", new byte[64 << 20])))));
        Assert.Empty((await study.Get("imports")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task The_55k_battles_have_lists_of_turns_in_their_cells()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import("id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie\n"
            + "30192,m1,m2,\"[\"\"one?\"\",\"\"two?\"\"]\",\"[\"\"a1\"\",null]\",\"[\"\"b1\"\",\"\"b2\"\"]\",1,0,0\n53567,m2,m1,\"[\"\"three?\"\"]\",\"[\"\"x\"\"]\",\"[\"\"y\"\"]\",0,0,1\n")).Ok();

        Assert.Equal("kaggle_battles", (string?)import["format"]);
        Assert.Equal((2, 4, 2, 2, 0, 0), ImportingFiles.Counts(import));
        Assert.Equal(2, (await study.Get("prompts")).Ok()["items"][0]!["messages"]!.AsArray().Count);
        Assert.Equal(["a", "tie"], (await study.Judgments()).Select(j => (string)j["winner"]!));
    }

    internal static byte[] Zipped(params (string Name, byte[] Content)[] parts)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var part = archive.CreateEntry(name).Open();
                part.Write(content);
            }
        }
        return zip.ToArray();
    }

    /// <summary>The first row is the header.</summary>
    private static Task<Reply> Mapped(TestStudy study, string table, string mapping) =>
        study.Server.Admin.Upload($"{study.Path}/imports?confirm=true&mapping={Uri.EscapeDataString(mapping)}", Encoding.UTF8.GetBytes(table));

    private static (HttpStatusCode, string) Told(Reply reply) => (reply.Status, reply.Problem);
}
