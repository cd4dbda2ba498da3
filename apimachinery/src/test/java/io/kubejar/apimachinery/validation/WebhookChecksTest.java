package io.kubejar.apimachinery.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookChecksTest {
  private static final FieldPath PATH = FieldPath.of("w");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http://a/b|w: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired"
            + " format: https://host[/path]",
        "https:///b|w: Invalid value: \"\": host must be specified; desired format:"
            + " https://host[/path]",
        "https://u:p@a/b|w: Invalid value: \"u:p\": user information is not permitted in the URL",
        "https://a/b#c|w: Invalid value: \"c\": fragments are not permitted in the URL",
        "https://a/b?c=d|w: Invalid value: \"c=d\": query parameters are not permitted in the URL",
      })
  void aUrlIsPlainHttps(String url, String error) {
    assertThat(WebhookChecks.url(PATH, url)).extracting(FieldError::text).containsExactly(error);
    assertThat(WebhookChecks.url(PATH, "https://a:8443/b")).isEmpty();
  }

  @Test
  void aServiceHasNameNamespacePortAndSensiblePath() {
    assertThat(WebhookChecks.service(PATH, "", "", "/a//B", 0))
        .extracting(FieldError::field)
        .containsExactly("w.name", "w.namespace", "w.port", "w.path", "w.path");
    assertThat(WebhookChecks.service(PATH, "n", "s", "/a/b/", 443)).isEmpty();
    assertThat(WebhookChecks.service(PATH, "n", "s", null, 443)).isEmpty();
  }

  @Test
  void aBundleIsMadeOfCertificates() {
    assertThat(WebhookChecks.caBundle(PATH, "x".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .extracting(FieldError::text)
        .asString()
        .endsWith("unable to load root certificates: unable to parse bytes as PEM block");
  }
}
