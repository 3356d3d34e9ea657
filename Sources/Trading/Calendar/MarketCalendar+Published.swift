extension MarketCalendar {
    /// What the exchanges have published, as far as it was read: `publishedText`.
    public static let published: MarketCalendar = {
        do throws(CalendarUnreadable) {
            return try MarketCalendar(reading: publishedText)
        } catch {
            preconditionFailure("The calendar that Sextant carries can be read: \(error.problems)")
        }
    }()

    /// The same text as `docs/calendar.txt`, from which a calendar of one's own is made.
    public static let publishedText = """
        # When the exchanges trade: the calendar that Sextant carries. Read on 2026-11-23.
        # Copy this file, change it and name it with the configuration key `calendar` to trade by your own.
        #
        #   usual EXCHANGES SESSIONS [from DATE to DATE]       hours from Monday to Friday
        #   year  YEAR EXCHANGES WHERE ITS HOLIDAYS COME FROM  of other years only the weekday rule is known
        #   day   DATE EXCHANGES closed|SESSIONS OCCASION      a day that is not like its weekday
        #
        # Times are Asia/Kolkata. Sessions are those of continuous trading: no pre-open, block or closing session.
        # NSE and BSE are cash, NFO and BFO futures and options, CDS currency, MCX commodities.

        usual NSE,NFO,BSE,BFO 09:15-15:30
        # Cross-currency contracts trade on to 19:30.
        usual CDS 09:00-17:00
        # MCX ends at 23:30 while clocks in the United States show summer time, else at 23:55. These are the hours of
        # non-agri commodities; agri commodities end at 17:00 or 21:00. From circulars of MCX for 10 March 2025, and
        # NSE/COM/72699 of 9 February 2026 for 9 March to 30 October 2026; the end of the season of 2025 by its rule,
        # the Friday before the first Sunday in November.
        usual MCX 09:00-17:00 17:00-23:55
        usual MCX 09:00-17:00 17:00-23:30 from 2025-03-10 to 2025-10-31
        usual MCX 09:00-17:00 17:00-23:30 from 2026-03-09 to 2026-10-30

        # 2025. Currency derivatives (CDS) are left out: their list could not be read whole.
        year 2025 NSE,NFO,BSE,BFO circular NSE/CMTR/65587 of 13 December 2024; BSE the same, as the press printed both
        year 2025 MCX the list of MCX as printed by brokers (rupeezy.in/mcx-holiday)
        day 2025-01-01 MCX 09:00-17:00 New Year
        day 2025-02-01 NSE,NFO,BSE,BFO 09:15-15:30 Union Budget (a Saturday)
        day 2025-02-01 MCX 09:00-17:00 Union Budget (a Saturday)
        day 2025-02-26 NSE,NFO,BSE,BFO closed Mahashivratri
        day 2025-02-26 MCX 17:00-23:55 Mahashivratri
        day 2025-03-14 NSE,NFO,BSE,BFO closed Holi
        day 2025-03-14 MCX 17:00-23:30 Holi
        day 2025-03-31 NSE,NFO,BSE,BFO closed Id-Ul-Fitr
        day 2025-03-31 MCX 17:00-23:30 Id-Ul-Fitr
        day 2025-04-10 NSE,NFO,BSE,BFO closed Shri Mahavir Jayanti
        day 2025-04-10 MCX 17:00-23:30 Shri Mahavir Jayanti
        day 2025-04-14 NSE,NFO,BSE,BFO closed Dr. Baba Saheb Ambedkar Jayanti
        day 2025-04-14 MCX 17:00-23:30 Dr. Baba Saheb Ambedkar Jayanti
        day 2025-04-18 NSE,NFO,BSE,BFO,MCX closed Good Friday
        day 2025-05-01 NSE,NFO,BSE,BFO closed Maharashtra Day
        day 2025-05-01 MCX 17:00-23:30 Maharashtra Day
        day 2025-08-15 NSE,NFO,BSE,BFO,MCX closed Independence Day
        day 2025-08-27 NSE,NFO,BSE,BFO closed Ganesh Chaturthi
        day 2025-08-27 MCX 17:00-23:30 Ganesh Chaturthi
        day 2025-10-02 NSE,NFO,BSE,BFO,MCX closed Mahatma Gandhi Jayanti, Dussehra
        day 2025-10-21 NSE,NFO,BSE,BFO,MCX 13:45-14:45 Diwali Laxmi Pujan, Muhurat trading
        day 2025-10-22 NSE,NFO,BSE,BFO closed Diwali Balipratipada
        day 2025-10-22 MCX 17:00-23:30 Diwali Balipratipada
        day 2025-11-05 NSE,NFO,BSE,BFO closed Guru Nanak Jayanti
        day 2025-11-05 MCX 17:00-23:55 Guru Nanak Jayanti
        day 2025-12-25 NSE,NFO,BSE,BFO,MCX closed Christmas

        # 2026. The hours of Muhurat trading on Sunday 8 November were notified later than the circulars read here: that
        # session is left out.
        year 2026 NSE circular NSE/CMTR/71775 of 12 December 2025, changed by one of 12 January 2026 for 15 January
        year 2026 NFO circular NSE/FAOP/71777 of 12 December 2025, changed by one of 12 January 2026 for 15 January
        year 2026 BSE,BFO as NSE; notice 20260112-8 of BSE for 15 January 2026
        year 2026 CDS circular NSE/CD/71962 of 23 December 2025, 15 January by NSE/CD/72233 of 9 January 2026
        year 2026 MCX the list of MCX as printed by brokers (rupeezy.in/mcx-holiday), beside NSE/COM/71784
        day 2026-01-01 MCX 09:00-17:00 New Year
        day 2026-01-15 NSE,NFO,BSE,BFO,CDS closed Municipal elections in Maharashtra
        day 2026-01-15 MCX 17:00-23:55 Municipal elections in Maharashtra
        day 2026-01-26 NSE,NFO,BSE,BFO,CDS,MCX closed Republic Day
        day 2026-02-01 NSE,NFO,BSE,BFO 09:15-15:30 Union Budget (a Sunday)
        day 2026-02-01 MCX 09:00-17:00 Union Budget (a Sunday)
        day 2026-02-19 CDS closed Chhatrapati Shivaji Maharaj Jayanti
        day 2026-03-03 NSE,NFO,BSE,BFO,CDS closed Holi
        day 2026-03-03 MCX 17:00-23:55 Holi
        day 2026-03-19 CDS closed Gudi Padwa
        day 2026-03-26 NSE,NFO,BSE,BFO,CDS closed Shri Ram Navami
        day 2026-03-26 MCX 17:00-23:30 Shri Ram Navami
        day 2026-03-31 NSE,NFO,BSE,BFO,CDS closed Shri Mahavir Jayanti
        day 2026-03-31 MCX 17:00-23:30 Shri Mahavir Jayanti
        day 2026-04-01 CDS closed Annual bank closing
        day 2026-04-03 NSE,NFO,BSE,BFO,CDS,MCX closed Good Friday
        day 2026-04-14 NSE,NFO,BSE,BFO,CDS closed Dr. Baba Saheb Ambedkar Jayanti
        day 2026-04-14 MCX 17:00-23:30 Dr. Baba Saheb Ambedkar Jayanti
        day 2026-05-01 NSE,NFO,BSE,BFO,CDS closed Maharashtra Day
        day 2026-05-01 MCX 17:00-23:30 Maharashtra Day
        day 2026-05-28 NSE,NFO,BSE,BFO,CDS closed Bakri Id
        day 2026-05-28 MCX 17:00-23:30 Bakri Id
        day 2026-06-26 NSE,NFO,BSE,BFO,CDS closed Muharram
        day 2026-06-26 MCX 17:00-23:30 Muharram
        day 2026-08-26 CDS closed Id-E-Milad
        day 2026-09-14 NSE,NFO,BSE,BFO,CDS closed Ganesh Chaturthi
        day 2026-09-14 MCX 17:00-23:30 Ganesh Chaturthi
        day 2026-10-02 NSE,NFO,BSE,BFO,CDS,MCX closed Mahatma Gandhi Jayanti
        day 2026-10-20 NSE,NFO,BSE,BFO,CDS closed Dussehra
        day 2026-10-20 MCX 17:00-23:30 Dussehra
        day 2026-11-10 NSE,NFO,BSE,BFO,CDS closed Diwali Balipratipada
        day 2026-11-10 MCX 17:00-23:55 Diwali Balipratipada
        day 2026-11-24 NSE,NFO,BSE,BFO,CDS closed Guru Nanak Jayanti
        day 2026-11-24 MCX 17:00-23:55 Guru Nanak Jayanti
        day 2026-12-25 NSE,NFO,BSE,BFO,CDS,MCX closed Christmas

        """
}
