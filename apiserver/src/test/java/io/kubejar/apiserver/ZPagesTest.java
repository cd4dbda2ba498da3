package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.time.RealClock;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a server says of itself to people, and to programs that ask for it in the right words.
class ZPagesTest {
  private static final String STRUCTURED = "application/json;v=%s;g=config.k8s.io;as=%s";

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            new RealClock(), options -> options.withFlags(Map.of("anonymous-auth", "false")));
    http = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String text(String path, String... headers) throws Exception {
    return new String(http.get(path, headers).body(), StandardCharsets.UTF_8);
  }

  @Test
  void tellsPeopleHowItIs() throws Exception {
    assertThat(text("/statusz", "Accept", "*/*"))
        .startsWith("\napiserver statusz\nWarning: This endpoint is not meant to be machine")
        .containsPattern(
            "Started: [A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} UTC [0-9]{4}\n")
        .containsPattern("Up: [0-9]+ hr [0-9]{2} min [0-9]{2} sec\n")
        .contains("Binary version: 1.36.0\nEmulation version: 1.36\n")
        .containsPattern("Paths: .*/healthz .*/livez .*/metrics ")
        .doesNotContain("/openapi");
    assertThat(text("/flagz"))
        .startsWith("\napiserver flagz\nWarning: ")
        .endsWith("anonymous-auth=false\n");
  }

  @Test
  void tellsProgramsThatAskForAVersion() throws Exception {
    var status = http.get("/statusz", "Accept", STRUCTURED.formatted("v1beta1", "Statusz"));
    var flags = http.get("/flagz", "Accept", STRUCTURED.formatted("v1alpha1", "Flagz"));

    assertThat(Http.json(status).text("kind")).isEqualTo("Statusz");
    assertThat(Http.json(status).text("apiVersion")).isEqualTo("config.k8s.io/v1beta1");
    assertThat(Http.json(status).object("metadata").text("name")).isEqualTo("apiserver");
    assertThat(Http.json(status).text("binaryVersion")).isEqualTo("1.36.0");
    assertThat(Http.json(status).list("paths")).contains(new JsonString("/readyz"));
    assertThat(status.headers().firstValue("Warning")).isEmpty();
    assertThat(Http.json(flags).object("flags").text("anonymous-auth")).isEqualTo("false");
    assertThat(flags.headers().firstValue("Warning"))
        .contains(
            "299 - \"This version of the flagz endpoint is deprecated. Please use a newer"
                + " version.\"");
  }

  @Test
  void refusesWhoDoesNotSayInWhichWords() throws Exception {
    for (var accept : new String[] {"application/json", STRUCTURED.formatted("v9", "Statusz")}) {
      var answer = http.get("/statusz", "Accept", accept);

      assertThat(answer.statusCode()).isEqualTo(406);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .contains(
              "only the following media types are accepted: application/json, application/yaml,"
                  + " text/plain");
    }
  }

  @Test
  void tellsStrangersNothing() throws Exception {
    assertThat(Http.as(server, "jane").get("/flagz").statusCode()).isEqualTo(403);
  }
}
