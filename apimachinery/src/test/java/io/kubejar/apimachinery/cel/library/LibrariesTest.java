package io.kubejar.apimachinery.cel.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.cel.CompilationException;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.library.Authorizers.AccessCheck;
import io.kubejar.apimachinery.cel.library.Authorizers.Decision;
import io.kubejar.apimachinery.cel.library.Authorizers.ResourceAccess;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibrariesTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "quantity('1.5Gi').isGreaterThan(quantity('1Gi')) => true",
        "quantity('50k') == quantity('50000') => true",
        "quantity('50k').add(20).sub(quantity('19')).asInteger() => 50001",
        "quantity('0.5').isInteger() => false",
        "quantity('-1').compareTo(quantity('1')) => -1",
        "sign(quantity('-3Mi')) => -1",
        "isQuantity('12 Mi') => false",
        "url('https://example.com:80/a b?x=1&x=2').getEscapedPath() => /a%20b",
        "url('https://[::1]:80/').getHostname() + url('https://h:80/').getPort() => ::180",
        "url('https://h/p?k=a%20b&k=c').getQuery()['k'] => [a b, c]",
        "isURL('../relative') => false",
        "isURL('/absolute/path') => true",
        "string(ip('2001:DB8:0:0:0::1')) => 2001:db8::1",
        "ip.isCanonical('2001:DB8::1') => false",
        "ip('127.0.0.1').isLoopback() && ip('10.0.0.1').isGlobalUnicast() => true",
        "ip('::1').family() => 6",
        "isIP('::ffff:1.2.3.4') || isIP('01.2.3.4') => false",
        "cidr('192.168.3.7/16').masked().ip() == ip('192.168.0.0') => true",
        "cidr('192.168.0.0/16').containsIP('192.168.10.1') => true",
        "cidr('192.168.0.0/16').containsCIDR('192.0.0.0/8') => false",
        "cidr('2001:db8::/32').prefixLength() => 32",
        "string(cidr('10.0.0.0/8')) => 10.0.0.0/8",
        "isCIDR('10.0.0.0/33') => false",
        "semver('1.2.3').isLessThan(semver('1.10.0')) => true",
        "semver('1.0.0-rc.2').compareTo(semver('1.0.0-rc.10')) => -1",
        "semver('v01.2', true) == semver('1.2.0') => true",
        "isSemver('1.2') => false",
        "format.dns1123Label().validate('ok').hasValue() => false",
        "format.named('uuid').value().validate('x').value() => [does not match the UUID format]",
        "format.named('none').hasValue() => false",
        "type(ip('::1')) == net.IP => true",
        "type(duration('1s')) == google.protobuf.Duration => true",
      })
  void yields(String expression, String expected) throws CompilationException {
    var value = Environments.base().compile(expression, Scalar.ANY).evaluate(_ -> null).value();

    assertThat(value.text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "quantity('x') => quantities must match the regular expression",
        "ip('fe80::1%eth0') => IP address \"fe80::1%eth0\" with zone value is not allowed",
        "ip('1.2.3') => IP Address \"1.2.3\" parse error during conversion from string",
        "cidr('10.0.0.0') => network address parse error during conversion from string",
        "url('') => URL parse error during conversion from string: parse \"\": empty url",
        "quantity('0.5').asInteger() => cannot convert value to integer",
        "semver('1.2') => No Major.Minor.Patch elements found",
      })
  void saysWhatIsWrong(String expression, String start) throws CompilationException {
    var failure = Environments.base().compile(expression, Scalar.ANY).evaluate(_ -> null).failure();

    assertThat(failure).hasValueSatisfying(message -> assertThat(message).startsWith(start));
  }

  /// Allows everybody to get secrets, and writes down what it is asked.
  private record Answering(List<String> asked, String user) implements AccessCheck {
    @Override
    public Decision path(String path, String verb) {
      asked.add(user + " " + verb + " " + path);
      return new Decision(false, "", "no idea");
    }

    @Override
    public Decision resource(ResourceAccess access, String verb) {
      asked.add(user + " " + verb + " " + access);
      return new Decision(verb.equals("get"), "because", null);
    }

    @Override
    public AccessCheck serviceAccount(String namespace, String name) {
      return new Answering(asked, namespace + ":" + name);
    }
  }

  @Test
  void asksTheAuthorizer() throws CompilationException {
    var asked = new ArrayList<String>();
    var authorizer = Authorizers.authorizer(new Answering(asked, "jane"));
    var expression =
        Environments.admission()
            .compile(
                "authorizer.serviceAccount('ns', 'sa').group('').resource('secrets')"
                    + ".namespace('ns').name('a').fieldSelector('x=y').check('get').allowed()"
                    + " && authorizer.path('/healthz').check('get').errored()",
                Scalar.BOOL);

    var value = expression.evaluate(name -> name.equals("authorizer") ? authorizer : null);

    assertThat(value.value().text()).isEqualTo("true");
    assertThat(value.cost()).isGreaterThan(700_000);
    assertThat(asked)
        .containsExactly(
            "ns:sa get " + new ResourceAccess("", "secrets", "", "ns", "a", "x=y", ""),
            "jane get /healthz");
  }
}
