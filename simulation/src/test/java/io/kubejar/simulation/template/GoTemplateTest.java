package io.kubejar.simulation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoTemplateTest {
  private static final JsonValue DATA =
      Yaml.parse(
          """
          name: web
          none: null
          empty: ""
          count: 3
          active: true
          items: [{id: a, v: 1}, {id: b, v: 2}]
          map: {k: 1, l: 2}
          deep: {er: {est: found}}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "plain ~ plain",
        "{{ .name }} ~ web",
        "{{.deep.er.est}} ~ found",
        "{{ .absent.field }} ~ <no value>",
        "{{ .name | Up }} ~ WEB",
        "{{ Up .name }} ~ WEB",
        "{{ .name  | Up}}! ~ WEB!",
        "{{ or .none .empty \"last\" }} ~ last",
        "{{ or .absent false }} ~ false",
        "{{ and .active .name }} ~ web",
        "{{ if .active }}yes{{ else }}no{{ end }} ~ yes",
        "{{ if .empty }}yes{{ else if .active }}maybe{{ else }}no{{ end }} ~ maybe",
        "{{ if eq .name \"web\" }}same{{ end }} ~ same",
        "{{ if not (eq .absent \"x\") }}other{{ end }} ~ other",
        "{{ range .items }}{{ .id }}={{ .v }};{{ end }} ~ a=1;b=2;",
        "{{ range $i, $item := .items }}{{ $i }}{{ $item.id }}{{ $.name }} {{ end }}. ~ 0aweb 1bweb"
            + " .",
        "{{ range .absent }}x{{ else }}none{{ end }} ~ none",
        "{{ range $k, $v := .map }}{{ $k }}{{ $v }}{{ end }} ~ k1l2",
        "{{ with .deep }}{{ .er.est }}{{ end }} ~ found",
        "{{ with .none }}x{{ else }}{{ .name }}{{ end }} ~ web",
        "{{ $x := .name }}{{ $x }}{{ if true }}{{ $x = \"db\" }}{{ end }}{{ $x }} ~ webdb",
        "{{ $x := 1 }}{{ with .name }}{{ $x := 2 }}{{ end }}{{ $x }} ~ 1",
        "{{ index .items 1 }} ~ {\"id\":\"b\",\"v\":2}",
        "{{ ( index .items 1 ).id }} ~ b",
        "{{ (index .items 0).v }} ~ 1",
        "{{ index .map \"l\" }} ~ 2",
        "{{ len .items }} ~ 2",
        "a {{- .name -}} b ~ awebb",
        "{{/* nothing */}}x ~ x",
      })
  void writesWhatGoWrites(String template, String text) {
    assertThat(parse(template).render(DATA, functions())).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ Unknown .name }}",
        "{{ .name | Unknown }}",
        "{{ if .active }}",
        "{{ end }}",
        "{{ .name",
        "{{ \"open }}",
        "{{ ( .name }}",
        "{{ }}"
      })
  void refusesWhatItDoesNotKnow(String template) {
    assertThatThrownBy(() -> parse(template)).isInstanceOf(TemplateException.class);
  }

  @Test
  void saysWhichFunctionThereIsNot() {
    assertThatThrownBy(() -> parse("{{ Missing }}")).hasMessage("function \"Missing\" not defined");
  }

  private static GoTemplate parse(String text) {
    return GoTemplate.parse(text, Set.of("Up"));
  }

  private static Map<String, Function> functions() {
    return Map.of(
        "Up",
        arguments ->
            arguments.getFirst() instanceof JsonString(var text)
                ? new JsonString(text.toUpperCase(Locale.ROOT))
                : arguments.getFirst());
  }
}
