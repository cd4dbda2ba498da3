package io.kubejar.apimachinery.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * *|2030-01-01T00:00:00Z|2030-01-01T00:01:00Z",
        "* * * * *|2030-01-01T00:00:59.5Z|2030-01-01T00:01:00Z",
        "*/15 * * * *|2030-01-01T00:44:59Z|2030-01-01T00:45:00Z",
        "5/10 * * * *|2030-01-01T00:55:00Z|2030-01-01T01:05:00Z",
        "20-35/5 8 * * *|2030-01-01T08:21:00Z|2030-01-01T08:25:00Z",
        "1,,3 * * * *|2030-01-01T00:01:00Z|2030-01-01T00:03:00Z",
        "0 0 29 2 *|2030-01-01T00:00:00Z|2032-02-29T00:00:00Z",
        "59 23 31 dec *|2030-01-01T00:00:00Z|2030-12-31T23:59:00Z",
        "30 6 * * Mon-FRI|2030-01-04T07:00:00Z|2030-01-07T06:30:00Z",
        "0 0 ? * sun|2030-01-01T00:00:00Z|2030-01-06T00:00:00Z",
        "@yearly|2030-01-01T00:00:00Z|2031-01-01T00:00:00Z",
        "@annually|2030-01-01T00:00:00Z|2031-01-01T00:00:00Z",
        "@monthly|2030-01-01T00:00:00Z|2030-02-01T00:00:00Z",
        "@weekly|2030-01-01T00:00:00Z|2030-01-06T00:00:00Z",
        "@daily|2030-01-01T00:00:00Z|2030-01-02T00:00:00Z",
        "@midnight|2030-01-01T00:00:00Z|2030-01-02T00:00:00Z",
        "@hourly|2030-01-01T00:00:00Z|2030-01-01T01:00:00Z",
        "@every 90m|2030-01-01T00:00:00Z|2030-01-01T01:30:00Z",
        "@every 1ms|2030-01-01T00:00:00Z|2030-01-01T00:00:01Z",
        "TZ=Asia/Tokyo 0 9 * * *|2030-01-01T00:00:00Z|2030-01-02T00:00:00Z",
        "CRON_TZ=UTC 0 9 * * *|2030-01-01T00:00:00Z|2030-01-01T09:00:00Z",
      })
  void findsTheNextMoment(String text, Instant after, Instant expected) {
    assertThat(Schedule.parse(text).next(after)).contains(expected);
  }

  /// The day of the month and the day of the week: both, if one of them is a star; else either.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 0 13 * fri|2030-01-01T00:00:00Z|2030-01-04T00:00:00Z",
        "0 0 13 * fri|2030-01-11T00:00:00Z|2030-01-13T00:00:00Z",
        "0 0 13 * *|2030-01-01T00:00:00Z|2030-01-13T00:00:00Z",
        "0 0 */2 * fri|2030-01-01T00:00:00Z|2030-01-03T00:00:00Z",
      })
  void joinsTheTwoFieldsAboutDays(String text, Instant after, Instant expected) {
    assertThat(Schedule.parse(text).next(after)).contains(expected);
  }

  @Test
  void givesUpOnWhatNeverHappens() {
    assertThat(Schedule.parse("59 23 31 2 *").next(Instant.EPOCH)).isEmpty();
    assertThat(Schedule.parse(", * * * *").next(Instant.EPOCH)).isEmpty();
  }

  /// On 2030-03-10 the clocks of New York go from two to three.
  @Test
  void skipsAnHourThatAClockJumpsOver() {
    assertThat(moments("30 2 * * *", "2030-03-09T12:00:00-05:00", 1))
        .containsExactly(at("2030-03-11T02:30:00-04:00"));
    assertThat(moments("0 * * * *", "2030-03-10T00:30:00-05:00", 2))
        .containsExactly(at("2030-03-10T01:00:00-05:00"), at("2030-03-10T03:00:00-04:00"));
  }

  /// On 2030-11-03 they go from two back to one.
  @Test
  void takesAnHourTwiceThatAClockShowsTwice() {
    assertThat(moments("30 1 * * *", "2030-11-02T12:00:00-04:00", 3))
        .containsExactly(
            at("2030-11-03T01:30:00-04:00"),
            at("2030-11-03T01:30:00-05:00"),
            at("2030-11-04T01:30:00-05:00"));
  }

  /// In Lebanon midnight itself is jumped over: the day begins at one.
  @Test
  void knowsDaysWithoutAMidnight() {
    var beirut = ZoneId.of("Asia/Beirut");
    var next = Schedule.parse("0 1 31 3 *", beirut).next(at("2030-03-01T00:00:00+02:00"));

    assertThat(next).contains(at("2030-03-31T01:00:00+03:00"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|empty spec string",
        "' '|expected exactly 5 fields, found 0: []",
        "* * * *|expected exactly 5 fields, found 4: [* * * *]",
        "60 * * * *|end of range (60) above maximum (59): 60",
        "* * 0 * *|beginning of range (0) below minimum (1): 0",
        "* * * * 7|end of range (7) above maximum (6): 7",
        "9-5 * * * *|beginning of range (9) beyond end of range (5): 9-5",
        "*/0 * * * *|step of range should be a positive number: */0",
        "*/-1 * * * *|negative number (-1) not allowed: -1",
        "1-2-3 * * * *|too many hyphens: 1-2-3",
        "1/2/3 * * * *|too many slashes: 1/2/3",
        "a * * * *|failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax",
        "@reboot|unrecognized descriptor: @reboot",
        "@every x|failed to parse duration @every x: time: invalid duration \"x\"",
        "TZ=Nowhere/Land * * * * *|provided bad location Nowhere/Land: unknown time zone"
            + " Nowhere/Land",
        "TZ=0|invalid schedule format: runtime error: slice bounds out of range [:-1]",
      })
  void refusesWhatIsNoSchedule(String text, String problem) {
    assertThatThrownBy(() -> Schedule.parse(text))
        .isInstanceOf(ScheduleFormatException.class)
        .hasMessage(problem);
  }

  @Test
  void knowsTimeZonesByTheirExactNamesOnly() {
    assertThat(TimeZones.find("Europe/Berlin")).contains(ZoneId.of("Europe/Berlin"));
    assertThat(TimeZones.find("")).isPresent();
    assertThat(TimeZones.find("UTC")).isPresent();
    assertThat(TimeZones.find("europe/berlin")).isEmpty();
    assertThat(TimeZones.find("+02:00")).isEmpty();
  }

  private static List<Instant> moments(String text, String after, int count) {
    var schedule = Schedule.parse(text, NEW_YORK);
    var found = new ArrayList<Instant>();
    var last = at(after);
    while (found.size() < count) {
      last = schedule.next(last).orElseThrow();
      found.add(last);
    }
    return found;
  }

  private static Instant at(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
