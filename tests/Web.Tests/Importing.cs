using System.IO.Compression;
using System.Security;
using System.Text;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>From a file on somebody's desk to a study that can be judged, in the browser.</summary>
public sealed class Importing(Browser browser)
{
    [Fact]
    public async Task Of_a_gb18030_table_exactly_the_bad_rows_are_listed_and_the_mended_file_is_stored()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        int[] bad = [3, 7, 8, 15, 22, 30, 41];
        var rows = Enumerable.Range(1, 45).Select(line => line == 1 ? "题号,问题,甲模型,乙模型" : $"{line},什么是概念{line}？,第一种说法{line},我是通义千问，这是第二种说法{line}".Replace("，", "；", StringComparison.Ordinal)).ToArray();
        var good = rows.Select((row, i) => i == 9 ? row.Replace("我是通义千问；", "", StringComparison.Ordinal) : row).ToArray();
        var broken = good.Select((row, i) => bad.Contains(i + 1) ? row[..row.LastIndexOf(',')] : row).ToArray();

        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1);
        await using var window = await browser.Open(locale: "zh-CN");
        var page = await Data(window, study);
        await Choose(page, "回答.csv", Encoding.GetEncoding("GB18030").GetBytes(string.Join("\r\n", broken)));
        await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("编码 GB18030");
        await Assertions.Expect(page.Locator(".errors tbody tr")).ToHaveCountAsync(bad.Length);
        Assert.Equal(bad.Select(line => $"{line}"), await page.Locator(".errors tbody td:first-child").AllInnerTextsAsync());
        Assert.Empty((await study.Get("imports")).Ok()["items"].AsArray());

        await Choose(page, "回答.csv", Encoding.GetEncoding("GB18030").GetBytes(string.Join("\r\n", good)));
        var preview = page.Locator(".preview");
        await Assertions.Expect(preview.Locator("[data-count=answers]")).ToHaveTextAsync("88");
        await Assertions.Expect(preview.Locator("[data-count=leaking_answers]")).ToHaveTextAsync("43");
        await Assertions.Expect(preview.Locator("[data-model=甲模型] td").Nth(1)).ToHaveTextAsync("7"); // characters of 第一种说法22
        await preview.GetByLabel("遮盖", new() { Exact = false }).CheckAsync();
        await preview.GetByRole(AriaRole.Button, new() { Name = "存入" }).ClickAsync();
        await Assertions.Expect(page.Locator(".import-list")).ToContainTextAsync("43 · 已遮盖");
        await Assertions.Expect(page.Locator(".problem, .preview")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "撤销" }).ClickAsync();
        await Assertions.Expect(page.Locator(".import-list")).ToContainTextAsync("已撤销");
        Assert.Empty((await study.Get("prompts")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_wide_workbook_whose_columns_tell_nothing_is_explained_and_becomes_an_open_study()
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1);
        await using var window = await browser.Open();
        var page = await Data(window, study);
        await Choose(page, "outputs.xlsx", Workbook(["c1", "c2", "c3", "c4"], ["What is entropy?", "A measure.", "No idea.", "science"], ["What is beauty?", "Taste.", "Hard to say.", "arts"]));

        var mapping = page.Locator(".mapping");
        await Assertions.Expect(mapping.Locator("[data-column=c1] .samples")).ToContainTextAsync("What is entropy?");
        await mapping.GetByLabel("What “c4” is").SelectOptionAsync("category");
        await mapping.GetByLabel("What “c1” is").SelectOptionAsync("");
        await Assertions.Expect(mapping.GetByRole(AriaRole.Button, new() { Name = "Read it so" })).ToBeDisabledAsync();
        await mapping.GetByLabel("What “c1” is").SelectOptionAsync("prompt");
        await mapping.GetByLabel("whose answers are in “c2”").FillAsync("model-one");
        await mapping.GetByLabel("whose answers are in “c3”").FillAsync("model-two");
        await mapping.GetByRole(AriaRole.Button, new() { Name = "Read it so" }).ClickAsync();

        var preview = page.Locator(".preview");
        await Assertions.Expect(preview.Locator("[data-model]")).ToHaveCountAsync(2);
        await Assertions.Expect(preview.Locator("[data-model=model-two]")).ToBeVisibleAsync();
        await preview.GetByRole(AriaRole.Button, new() { Name = "Store it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".import-list")).ToContainTextAsync("stored");
        await page.GetByRole(AriaRole.Link, new() { Name = "Progress" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).WaitForAsync();
        Assert.Equal("arts science", string.Join(' ', (await study.Get("prompts")).Ok()["items"].AsArray().Select(p => (string)p!["category"]!).Order()));
    }

    /// <summary>Signed in, at the study's files.</summary>
    internal static async Task<IPage> Data(Window window, TestStudy study)
    {
        await window.Page.GotoAsync($"/console/studies/{study.Id}/data#{PrefEvalServer.AdminKey}");
        await window.Page.Locator(".drop").WaitForAsync();
        return window.Page;
    }

    internal static Task Choose(IPage page, string name, byte[] file) =>
        page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = file });

    internal static byte[] Workbook(params string[][] rows)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, string text)
            {
                using var part = new StreamWriter(archive.CreateEntry(name).Open());
                part.Write(text);
            }
            Add("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""");
            Add("_rels/.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>""");
            Add("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""");
            var cells = rows.Select((row, r) => $"<row r=\"{r + 1}\">{string.Concat(row.Select((cell, c) => $"<c r=\"{(char)('A' + c)}{r + 1}\" t=\"inlineStr\"><is><t>{SecurityElement.Escape(cell)}</t></is></c>"))}</row>");
            Add("xl/worksheets/sheet1.xml", $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{string.Concat(cells)}</sheetData></worksheet>");
        }
        return bytes.ToArray();
    }
}
