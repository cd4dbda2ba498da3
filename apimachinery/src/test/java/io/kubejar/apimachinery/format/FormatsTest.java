package io.kubejar.apimachinery.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.Rounds;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FormatsTest {
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern KEY = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");

  @Test
  void explainsANameThatIsNoLabel() {
    assertThat(Formats.dns1123Label("Web"))
        .containsExactly(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                + " and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                + " '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
    assertThat(Formats.dns1123Label("a.b")).containsExactly("must not contain dots");
    assertThat(Formats.dns1123Label("a".repeat(64)))
        .containsExactly("must be no more than 63 characters");
  }

  @Test
  void checksEachPartOfAKey() {
    assertThat(Formats.labelKey("example.com/Name_1")).isEmpty();
    assertThat(Formats.labelKey("/name")).containsExactly("prefix part must be non-empty");
    assertThat(Formats.labelKey("a/b/c").getFirst())
        .startsWith("a valid label key must consist of");
    assertThat(Formats.labelKey("")).hasSize(2);
  }

  @Test
  void checksPortNames() {
    assertThat(Formats.portName("http-1")).isEmpty();
    assertThat(Formats.portName("1")).containsExactly("must contain at least one letter (a-z)");
    assertThat(Formats.portName("a--b")).containsExactly("must not contain consecutive hyphens");
    assertThat(Formats.portName("far-too-long-name"))
        .containsExactly("must be no more than 15 characters");
  }

  @Test
  void agreesWithTheRegularExpressions() {
    Rounds.run(
        5000,
        chance -> {
          var text = chance.textOf("abAZ09-._ é", 12);
          boolean key = text.isEmpty() || KEY.matcher(text).matches();

          assertThat(Formats.dns1123Subdomain(text).isEmpty())
              .as(text)
              .isEqualTo(SUBDOMAIN.matcher(text).matches());
          assertThat(Formats.labelValue(text).isEmpty()).as(text).isEqualTo(key);
        });
  }
}
