package io.kubejar.apimachinery.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiFormatsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bsonobjectid|507f1f77bcf86cd799439011|507f1f77bcf86cd79943901",
        "uri|https://user:pass@example.com:8080/a%20b?q=1|http://exa mple.com/",
        "uri|/absolute/path|relative/path",
        "uri|mailto:somebody|:no-scheme",
        "uri|http://[::1]:80/|http://host:port/",
        "uri|http://a/%41|http://a/%4",
        "email|somebody@example.com|somebody",
        "email|Some Body <some.body@example.com>|some..body@example.com",
        "email|\"quoted name\"@example.com|a@b@c",
        "hostname|www.example.com|-bad-.example",
        "hostname|localhost|a_b.example.com",
        "ipv4|192.168.001.1|256.1.1.1",
        "ipv4|1.2.3.4|1.2.3",
        "ipv6|2001:db8::1|2001:db8::1::2",
        "ipv6|::ffff:1.2.3.4|1.2.3.4",
        "ipv6|1:2:3:4:5:6:7:8|1:2:3:4:5:6:7:8:9",
        "cidr|10.0.0.0/8|10.0.0.0/33",
        "cidr|2001:db8::/64|2001:db8::",
        "mac|01:23:45:67:89:ab|01:23:45:67:89",
        "mac|0123.4567.89ab|0123:4567:89ab",
        "uuid|A987FBC9-4BED-3078-CF07-9141BA07C9F3|A987FBC9-4BED-3078-CF07-9141BA07C9F",
        "uuid3|A987FBC9-4BED-3078-CF07-9141BA07C9F3|A987FBC9-4BED-4078-8F07-9141BA07C9F3",
        "uuid4|57b73598-8764-4ad0-a76a-679bb6640eb1|57b73598-8764-4ad0-f76a-679bb6640eb1",
        "uuid5|987fbc97-4bed-5078-af07-9141ba07c9f3|987fbc97-4bed-3078-af07-9141ba07c9f3",
        "isbn|978-0321751041|978-0321751042",
        "isbn10|0321751043|0321751044",
        "isbn13|978-0321751041|0321751043",
        "creditcard|4111-1111-1111-1111|4111-1111-1111-1112",
        "ssn|111-11-1111|11111111",
        "hexcolor|#FFFFFF|#FFFFF",
        "rgbcolor|rgb(255, 0,255)|rgb(256,0,0)",
        "byte|SGVsbG8=|SGVsbG8",
        "date|2024-02-29|2023-02-29",
        "date-time|2014-12-15T19:30:20.000Z|2014-12-15 19:30:20",
        "datetime|2014-12-15t19:30:20+01:00|2014-12-15T25:30:20Z",
        "duration|1h30m|1 parsec",
        "duration|-1.5s|1.5",
        "duration|22 ns|",
        "duration|2 weeks|99999999999999999999h",
        "k8s-short-name|my-name|my.name",
        "k8s-long-name|my.name|My.name"
      })
  void tellsGoodTextsFromBad(String format, String good, String bad) {
    var check = OpenApiFormats.check(format).orElseThrow();

    assertThat(check.test(good)).as(good).isTrue();
    assertThat(check.test(bad == null ? "" : bad)).as(bad).isFalse();
  }

  @Test
  void anyTextIsAPassword() {
    assertThat(OpenApiFormats.check("password").orElseThrow().test("")).isTrue();
  }

  @Test
  void otherFormatsAreNotKnown() {
    assertThat(OpenApiFormats.check("int32")).isEmpty();
    assertThat(OpenApiFormats.check("")).isEmpty();
  }
}
