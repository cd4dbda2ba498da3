package io.kubejar.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.RequestInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private static final String HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
  private static final UserInfo JANE = UserInfo.of("jane", "devs", "system:authenticated");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "level: Request                                                    | Request",
        "level: Request, users: [jane]                                     | Request",
        "level: Request, users: [john]                                     | None",
        "level: Request, userGroups: [ops, devs]                           | Request",
        "level: Request, userGroups: [ops]                                 | None",
        "level: Request, verbs: [get, list]                                | Request",
        "level: Request, verbs: [create]                                   | None",
        "level: Request, namespaces: [shop]                                | Request",
        "level: Request, namespaces: ['']                                  | None",
        "level: Request, resources: [{group: ''}]                          | Request",
        "level: Request, resources: [{group: '*'}]                         | Request",
        "level: Request, resources: [{group: apps}]                        | None",
        "level: Request, resources: [{group: '', resources: [pods/log]}]   | Request",
        "level: Request, resources: [{group: '', resources: [pods]}]       | None",
        "level: Request, resources: [{group: '', resources: ['pods/*']}]   | Request",
        "level: Request, resources: [{group: '', resources: ['*/log']}]    | Request",
        "level: Request, resources: [{group: '', resources: ['*/scale']}]  | None",
        "level: Request, resources: [{resources: ['*'], resourceNames: [a]}] | Request",
        "level: Request, resources: [{resources: ['*'], resourceNames: [b]}] | None",
        "level: Request, nonResourceURLs: ['*']                            | None",
      })
  void matchesARequestForALog(String rule, String level) {
    var verdict = policy("- {" + rule + "}").of(JANE, get("/api/v1/namespaces/shop/pods/a/log"));

    assertThat(verdict.level().text()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({
    "/healthz, Metadata",
    "/healthz/etcd, None",
    "/openapi/v3/apis/apps/v1, Metadata",
    "/api/v1/pods, None",
  })
  void matchesPathsThatAreNoResources(String path, String level) {
    var policy = policy("- {level: Metadata, nonResourceURLs: [/healthz, /openapi/*]}");

    assertThat(policy.of(JANE, get(path)).level().text()).isEqualTo(level);
  }

  @Test
  void followsTheFirstRuleThatMatches() {
    var policy =
        policy(
            "- {level: None, users: [jane], verbs: [watch]}\n"
                + "- {level: RequestResponse, users: [jane]}\n"
                + "- {level: Metadata}");

    assertThat(policy.of(JANE, get("/api/v1/pods")).level()).isEqualTo(Level.REQUEST_RESPONSE);
    assertThat(policy.of(UserInfo.of("john"), get("/api/v1/pods")).level())
        .isEqualTo(Level.METADATA);
    assertThat(policy.of(JANE, get("/api/v1/watch/pods")).level()).isEqualTo(Level.NONE);
  }

  @Test
  void addsTheStagesThatARuleOmitsToThoseOfThePolicy() {
    var policy =
        Policy.parse(
            HEAD
                + "omitStages: [RequestReceived]\nomitManagedFields: true\nrules:\n"
                + "- {level: Metadata, users: [jane], omitStages: [Panic], omitManagedFields:"
                + " false}\n"
                + "- {level: Metadata}");

    var jane = policy.of(JANE, get("/version"));
    var john = policy.of(UserInfo.of("john"), get("/version"));

    assertThat(jane.omitted()).containsExactlyInAnyOrder(Stage.REQUEST_RECEIVED, Stage.PANIC);
    assertThat(jane.omitManagedFields()).isFalse();
    assertThat(john.omitted()).containsExactly(Stage.REQUEST_RECEIVED);
    assertThat(john.omitManagedFields()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{users: [a]} | rules[0].level: Required value",
        "{level: All} | rules[0].level: Unsupported value: \"All\": supported values: \"None\","
            + " \"Metadata\", \"Request\", \"RequestResponse\"",
        "{level: None, nonResourceURLs: [x]} | must begin with a '/' character",
        "{level: None, nonResourceURLs: ['/a*b']} | must be the final character of the rule",
        "{level: None, nonResourceURLs: ['/a'], namespaces: [b]} | cannot apply to both regular",
        "{level: None, resources: [{resourceNames: [a]}]} | requires at least one resource",
        "{level: None, resources: [{group: 'apps/v1'}]} | rules[0].resources.group: Invalid value",
        "{level: None, omitStages: [Late]} | rules[0].omitStages[0]: Invalid value: \"Late\"",
        "{level: None, usres: [a]} | unknown field \"rules[0].usres\"",
      })
  void saysWhatIsWrong(String rule, String message) {
    assertThatThrownBy(() -> policy("- " + rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNoPolicy() {
    assertThatThrownBy(() -> Policy.parse("kind: Pod\napiVersion: v1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Policy.parse(HEAD)).hasMessageContaining("0 rules");
  }

  private static Policy policy(String rules) {
    return Policy.parse(HEAD + "rules:\n" + rules);
  }

  private static RequestInfo get(String path) {
    return RequestInfo.parse("GET", path, Query.parse(""));
  }
}
