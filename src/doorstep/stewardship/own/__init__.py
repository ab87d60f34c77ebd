"""Owning: that somebody answers for a process is proposed, accepted, confirmed, handed over, and never left to nobody.

accept.accept(processes, by, at) / accept.decline(processes, by, reason, at)
confirm.confirm(processes, by, at)                       still mine and still right
offer.offer(process, to, by, at, takes_over_on=None) / offer.take_back(process, by, at)
hand_over.hand_over(choices, by, on, at)                  everything, before a planned leave
orphans.take(process, by, at) / orphans.make_obsolete(process, by, reason, at)
group.change_group(group, by, champion, …) / group.name_expert(process, expert, by, at)
point.hand_point(role, to, by, at)
words.said(ownership, today) -> the sentence readers see      queries.* what the screens list
turn.turn(at)                                            what happens by itself
"""
