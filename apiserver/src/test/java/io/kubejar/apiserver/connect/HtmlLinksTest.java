package io.kubejar.apiserver.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pages and redirects that pass the proxy.
class HtmlLinksTest {
  private static final LinkRewriting LINKS =
      new LinkRewriting("/api/v1/nodes/n/proxy", "10.0.0.1:80", "api.example:6443");

  @ParameterizedTest
  @CsvSource({
    "/logs/, /api/v1/nodes/n/proxy/logs/",
    "/logs?a=/b#c, /api/v1/nodes/n/proxy/logs?a=/b#c",
    "logs/, logs/",
    "http://10.0.0.1:80/logs, /api/v1/nodes/n/proxy/logs",
    "https://api.example:6443/logs, https://api.example:6443/api/v1/nodes/n/proxy/logs",
    "http://other.example/logs, http://other.example/logs",
    "/api/v1/nodes/n/proxy/logs, /api/v1/nodes/n/proxy/logs",
    "mailto:a@b.c, mailto:a@b.c",
  })
  void leadsLinksThroughTheProxy(String link, String expected) {
    assertThat(LINKS.rewritten(link)).isEqualTo(expected);
  }

  @Test
  void rewritesAttributesThatHoldLinksAndNothingElse() throws IOException {
    var page =
        "<!doctype html><A class=x HREF='/a?b=1&amp;c=2' title=\"/t>\">/text</A>"
            + "<img src=/i.png alt=\"/alt\"><!-- <a href=\"/no\"> --><p data=\"/p\">ö</p>";

    assertThat(rewritten(page))
        .isEqualTo(
            "<!doctype html><A class=x HREF=\"/api/v1/nodes/n/proxy/a?b=1&amp;c=2\" title=\"/t>\">"
                + "/text</A><img src=\"/api/v1/nodes/n/proxy/i.png\" alt=\"/alt\">"
                + "<!-- <a href=\"/no\"> --><p data=\"/p\">ö</p>");
  }

  @Test
  void leavesTheTextOfScriptsAlone() throws IOException {
    var page = "<script src=\"/s.js\">if (a<b) x('<a href=\"/no\">');</script><a href=\"/yes\">";

    assertThat(rewritten(page))
        .isEqualTo(
            "<script src=\"/api/v1/nodes/n/proxy/s.js\">if (a<b) x('<a href=\"/no\">');</script>"
                + "<a href=\"/api/v1/nodes/n/proxy/yes\">");
  }

  @Test
  void passesWhatIsNoHtmlAtAll() throws IOException {
    var page = "<a href=\"/never closed";

    assertThat(rewritten(page)).isEqualTo(page);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "/, /",
    "/a//b/./c, /a/b/c",
    "/a/../../b, /b",
    "/a/b/, /a/b/",
    "/.., /",
  })
  void cleansPathsAsGoDoes(String path, String expected) {
    assertThat(GoPaths.join("", path)).isEqualTo(expected);
  }

  private static String rewritten(String page) throws IOException {
    var out = new ByteArrayOutputStream();
    HtmlLinks.copy(
        new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)), out, LINKS::rewritten);
    return out.toString(StandardCharsets.UTF_8);
  }
}
