package io.kubejar.standalone.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/// What the server answered.
record Answer(int code, HttpHeaders headers, String text) {
  static Answer of(HttpResponse<byte[]> response) {
    return new Answer(
        response.statusCode(),
        response.headers(),
        new String(response.body(), StandardCharsets.UTF_8));
  }

  /// The body as an object; the code must be this one.
  JsonObject expect(int expected) {
    assertThat(code).as(text).isEqualTo(expected);
    return json();
  }

  /// The body as an object; the code must say that all went well.
  JsonObject ok() {
    assertThat(code).as(text).isBetween(200, 202);
    return json();
  }

  JsonObject json() {
    return (JsonObject) JsonParser.parse(text);
  }
}
