package io.kubejar.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apiserver.authn.UserInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {
  /// Method and path; verb, group, namespace, resource, subresource, name.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET|/api/v1/namespaces|list|''|''|namespaces|''|''
          GET|/api/v1/namespaces/other|get|''|other|namespaces|''|other
          GET|/api/v1/namespaces/other/pods|list|''|other|pods|''|''
          GET|/api/v1/namespaces/other/pods/foo|get|''|other|pods|''|foo
          HEAD|/api/v1/namespaces/other/pods/foo|get|''|other|pods|''|foo
          GET|/api/v1/pods|list|''|''|pods|''|''
          POST|/api/v1/pods|create|''|''|pods|''|''
          PUT|/api/v1/namespaces/other/finalize|update|''|other|namespaces|finalize|other
          GET|/api/v1/namespaces/other/pods/foo/log|get|''|other|pods|log|foo
          GET|/api/v1/proxy/namespaces/other/pods/foo|proxy|''|other|pods|''|foo
          GET|/api/v1/proxy/namespaces/other/pods/foo/sub/x|proxy|''|other|pods|''|foo
          GET|/api/v1/proxy/namespaces/other/pods|proxy|''|other|pods|''|''
          GET|/api/v1/watch/pods|watch|''|''|pods|''|''
          GET|/api/v1/watch/namespaces/other/pods|watch|''|other|pods|''|''
          POST|/api/v1/watch/namespaces/other/pods/foo/x|watch|''|other|pods|x|foo
          GET|/api/v1/pods?watch=true|watch|''|''|pods|''|''
          GET|/api/v1/pods?watch=false|list|''|''|pods|''|''
          GET|/api/v1/pods?watch=FaLsE|list|''|''|pods|''|''
          GET|/api/v1/pods?watch=0|list|''|''|pods|''|''
          GET|/api/v1/pods?watch=invalid|watch|''|''|pods|''|''
          GET|/api/v1/pods?watch=true&timeoutSeconds=invalid|watch|''|''|pods|''|''
          DELETE|/api/v1/namespaces/other/pods|deletecollection|''|other|pods|''|''
          DELETE|/api/v1/namespaces/other/pods/foo|delete|''|other|pods|''|foo
          PATCH|/apis/apps/v1/namespaces/other/deployments/foo|patch|apps|other|deployments|''|foo
          GET|/apis/apps/v1/namespaces/other/deployments/foo/scale|get|apps|other|deployments|scale|foo
          OPTIONS|/apis/apps/v1/deployments|''|apps|''|deployments|''|''
          GET|/api/v1/namespaces/foo/pods?fieldSelector=metadata.name%3Dbar|list|''|foo|pods|''|bar
          GET|/api/v1/pods?watch=1&fieldSelector=metadata.name=bar,spec.x=y|watch|''|''|pods|''|bar
          GET|/api/v1/pods?fieldSelector=metadata.name!=bar|list|''|''|pods|''|''
          GET|/api/v1/pods?fieldSelector=metadata.name=../bar|list|''|''|pods|''|''
          GET|/api/v1/pods?fieldSelector=metadata.name=bar&limit=x|list|''|''|pods|''|''
          GET|/api/v1/pods?fieldSelector=metadata.name=bar&labelSelector=!!|list|''|''|pods|''|''
          GET|//api/v1/pods//|list|''|''|pods|''|''
          GET|/api/v1//namespaces/other/pods|get|''|''|''|other|namespaces
          """)
  void readsWhatUpstreamReads(
      String method,
      String target,
      String verb,
      String group,
      String namespace,
      String resource,
      String subresource,
      String name) {
    var info = parse(method, target);

    assertThat(info.resourceRequest()).isTrue();
    assertThat(info.verb()).isEqualTo(verb);
    assertThat(info.apiGroup()).isEqualTo(group);
    assertThat(info.namespace()).isEqualTo(namespace);
    assertThat(info.resource()).isEqualTo(resource);
    assertThat(info.subresource()).isEqualTo(subresource);
    assertThat(info.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "/, get",
    "/api, get",
    "/api/v1, get",
    "/apis/apps/v1, get",
    "/healthz/ping, get",
    "/other/v1/pods/x, get",
    "/apiss/x/y/z, get"
  })
  void knowsOtherPathsByTheirMethod(String path, String verb) {
    var info = parse("GET", path);

    assertThat(info.resourceRequest()).isFalse();
    assertThat(info.verb()).isEqualTo(verb);
    assertThat(info.path()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({"/api/v1/watch", "/api/v1/proxy", "/apis/apps/v1/watch/"})
  void doesNotGuessWhatEndsAfterAVerb(String path) {
    assertThatThrownBy(() -> parse("GET", path))
        .hasMessage("unable to determine kind and namespace from url");
  }

  @Test
  void tellsAuthorizersOfSelectorsWhereVerbsHaveThem() {
    var selectors = "?fieldSelector=spec.nodeName=n&labelSelector=a in (b,c)";

    var listed = parse("GET", "/api/v1/pods" + selectors).attributes(UserInfo.anonymous());
    assertThat(listed.selectors().fields()).hasToString("[spec.nodeName=n]");
    assertThat(listed.selectors().labels()).hasToString("[a in (b,c)]");
    for (var path : new String[] {"/api/v1/watch/pods", "/api/v1/namespaces/x/pods/y"}) {
      var others = parse("GET", path + selectors).attributes(UserInfo.anonymous());
      assertThat(others.selectors().fields()).isEmpty();
      assertThat(others.selectors().labels()).isEmpty();
    }
    var broken = parse("GET", "/api/v1/pods?fieldSelector=x&labelSelector=a==b");
    assertThat(broken.attributes(UserInfo.anonymous()).selectors().fieldsMalformed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/namespaces/a/pods, true, true",
    "/api/v1/namespaces/a/pods/, true, true",
    "/api/v1/namespaces/a/pods/x/log, true, true",
    "/api/v1/namespaces/a/pods/x/log/more, true, false",
    "/api/v1/namespaces/a/pods/x/proxy/any//thing, true, true",
    "/api/v1/namespaces/a/pods//log, true, false",
    "/api/v1//namespaces/a/pods, true, false",
    "/api/v1/namespaces//pods, true, false",
    "/api/v1/namespaces/a/namespaces, false, false",
    "/api/v1/namespaces/a/namespaces/b, false, false",
    "/api/v1/namespaces/a, false, true",
    "/api/v1/namespaces/a/status, false, true",
    "/api/v1/namespaces/a/nodes, false, false",
    "/apis/apps/v1/watch/namespaces/a/deployments/x, true, true",
  })
  void saysWhetherThePathMeansNothingElse(String path, boolean namespaced, boolean exact) {
    assertThat(parse("GET", path).exact(namespaced)).isEqualTo(exact);
  }

  private static RequestInfo parse(String method, String target) {
    int mark = target.indexOf('?');
    var path = mark < 0 ? target : target.substring(0, mark);
    return RequestInfo.parse(method, path, Query.parse(mark < 0 ? "" : target.substring(mark + 1)));
  }
}
